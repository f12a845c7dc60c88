// The names of WASIX that the sandbox has beside WASI preview 1: those of @wasmer/sdk 0.16, which ends every run in its process
// when a module asks for one that it lacks. A test imports each of them there. https://wasix.org/docs/api-reference

const names = [
	"args_get args_sizes_get environ_get environ_sizes_get clock_res_get clock_time_get clock_time_set fd_advise fd_allocate",
	"fd_close fd_datasync fd_fdstat_get fd_fdstat_set_flags fd_fdstat_set_rights fd_fdflags_get fd_fdflags_set fd_filestat_get",
	"fd_filestat_set_size fd_filestat_set_times fd_pread fd_prestat_get fd_prestat_dir_name fd_pwrite fd_read fd_readdir",
	"fd_renumber fd_dup fd_dup2 fd_event fd_seek fd_sync fd_tell fd_write fd_pipe path_create_directory path_filestat_get",
	"path_filestat_set_times path_link path_open path_open2 path_readlink path_remove_directory path_rename path_symlink",
	"path_unlink_file poll_oneoff epoll_create epoll_ctl epoll_wait proc_exit proc_raise proc_raise_interval proc_fork",
	"proc_fork_env proc_exec proc_exec2 proc_exec3 proc_spawn proc_spawn2 proc_id proc_parent proc_join proc_signal",
	"proc_signals_get proc_signals_sizes_get proc_snapshot random_get tty_get tty_set getcwd chdir callback_signal",
	"thread_spawn thread_spawn_v2 thread_sleep thread_id thread_join thread_parallelism thread_signal thread_exit sched_yield",
	"stack_checkpoint stack_restore futex_wait futex_wake futex_wake_all port_bridge port_unbridge port_dhcp_acquire",
	"port_addr_add port_addr_remove port_addr_clear port_mac port_addr_list port_gateway_set port_route_add port_route_remove",
	"port_route_clear port_route_list sock_status sock_addr_local sock_addr_peer sock_open sock_pair sock_set_opt_flag",
	"sock_get_opt_flag sock_set_opt_time sock_get_opt_time sock_set_opt_size sock_get_opt_size sock_join_multicast_v4",
	"sock_leave_multicast_v4 sock_join_multicast_v6 sock_leave_multicast_v6 sock_bind sock_listen sock_accept sock_accept_v2",
	"sock_connect sock_recv sock_recv_from sock_send sock_send_to sock_send_file sock_shutdown resolve dlopen dlsym",
	"dl_invalid_handle call_dynamic closure_allocate closure_free closure_prepare reflect_signature context_create",
	"context_switch context_destroy",
].flatMap((line) => line.split(" "));

/** Names that a module of kind `sandbox` may import from `wasix_32v1`. */
export const wasixNames: ReadonlySet<string> = new Set(names);

/** With one of these a module makes threads or processes, which may go on when the call is over. */
const startsMore = /^(?:thread_spawn|thread_spawn_v2|thread-spawn|proc_fork|proc_exec|proc_spawn)/;

export const mayLeaveSomethingRunning = (imports: readonly { readonly name: string }[]): boolean =>
	imports.some(({ name }) => startsMore.test(name));
