// `sort_lines`: a command for the sandbox, because it needs files. Takes a JSON list of strings without escapes, writes each
// one to a file of its own under /tmp, and answers with what the folder lists, sorted, read back from the files.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_BYTES = 1 << 18, MOST_LINES = 1000 };

static const char *const folder = "/tmp/lines";
static char input[MOST_BYTES + 1];
static char line[MOST_BYTES + 1];

static int refuse(const char *reason) {
	fprintf(stderr, "%s\n", reason);
	return 1;
}

static void path_of(char *path, const char *name) {
	snprintf(path, 64, "%s/%s", folder, name);
}

static int store(int number, const char *text, size_t length) {
	char name[16], path[64];
	snprintf(name, sizeof name, "%06d", number);
	path_of(path, name);
	FILE *file = fopen(path, "w");
	if (file == NULL) return 0;
	int written = fwrite(text, 1, length, file) == length;
	return fclose(file) == 0 && written;
}

static char *load(const char *name) {
	char path[64];
	path_of(path, name);
	FILE *file = fopen(path, "r");
	if (file == NULL) return NULL;
	line[fread(line, 1, MOST_BYTES, file)] = 0;
	fclose(file);
	return strdup(line);
}

static int compare(const void *a, const void *b) {
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(void) {
	size_t length = 0;
	for (ssize_t got; (got = read(0, input + length, MOST_BYTES - length)) > 0;) length += got;
	if (mkdir(folder, 0700) != 0) return refuse("the folder is there already: the sandbox is not fresh");
	int count = 0;
	for (char *start = strchr(input, '"'); start != NULL; start = strchr(start, '"')) {
		char *end = strchr(++start, '"');
		if (end == NULL || count == MOST_LINES) return refuse("the input must be a list of at most 1000 strings");
		if (!store(count++, start, end - start)) return refuse("a file cannot be written");
		start = end + 1;
	}
	DIR *listing = opendir(folder);
	if (listing == NULL) return refuse("the folder cannot be read");
	static char *lines[MOST_LINES];
	int found = 0;
	for (struct dirent *entry; (entry = readdir(listing)) != NULL;)
		if (entry->d_name[0] != '.' && found < MOST_LINES && (lines[found] = load(entry->d_name)) != NULL) found++;
	closedir(listing);
	qsort(lines, found, sizeof *lines, compare);
	printf("{\"files\":%d,\"lines\":[", found);
	for (int index = 0; index < found; index++) printf("%s\"%s\"", index == 0 ? "" : ",", lines[index]);
	printf("]}\n");
	return 0;
}
