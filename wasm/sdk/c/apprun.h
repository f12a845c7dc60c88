// What a function written in C needs, without a libc: `alloc`, the host's imports, JSON strings in and out.
//
//   #include "apprun.h"
//   APPRUN_HANDLE { return apprun_answer(input, length); }   // an echo
//
// Build: clang --target=wasm32 -Oz -flto -nostdlib -mbulk-memory -Wl,--no-entry -Wl,--strip-all -o function.wasm function.c
// (with -mbulk-memory, __builtin_memcpy and __builtin_memset are instructions and need no libc).
//
// A WASI command needs none of it but, if it likes, the `host` imports: it reads standard input and writes standard output.
#ifndef APPRUN_H
#define APPRUN_H

typedef __SIZE_TYPE__ apprun_size;

#define APPRUN_IMPORT(name) __attribute__((import_module("host"), import_name(#name)))

APPRUN_IMPORT(log) void apprun_log(const char *text, apprun_size length);
// Ends the call as FAILED with this reason; does not come back.
APPRUN_IMPORT(fail) void apprun_fail(const char *reason, apprun_size length);
// Runs a GraphQL operation as the caller; gives the length of the reply, JSON text, which apprun_reply then copies.
APPRUN_IMPORT(graphql)
apprun_size apprun_graphql(const char *query, apprun_size query_length, const char *variables, apprun_size variables_length);
APPRUN_IMPORT(reply) void apprun_reply(char *room);

extern char __heap_base;

// Makes room, growing the memory where needed; null when there is none. Never given back: memory ends with the call.
__attribute__((export_name("alloc"), used)) static void *apprun_alloc(apprun_size length) {
	static char *next = 0;
	if (next == 0) next = &__heap_base;
	char *room = (char *)(((apprun_size)next + 7) & ~(apprun_size)7);
	apprun_size end = (apprun_size)room + length;
	apprun_size have = __builtin_wasm_memory_size(0) * 65536;
	if (end < length) return 0;
	if (end > have && __builtin_wasm_memory_grow(0, (end - have + 65535) / 65536) == (apprun_size)-1) return 0;
	next = (char *)end;
	return room;
}

static unsigned long long apprun_answer(const char *json, apprun_size length) {
	return (unsigned long long)(apprun_size)json << 32 | length;
}

#define APPRUN_HANDLE \
	__attribute__((export_name("handle"))) unsigned long long handle(const char *input, apprun_size length)

#endif
