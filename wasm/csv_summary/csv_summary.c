// `csv_summary`: a WASI command. Reads a JSON string that holds CSV with a header, writes what its columns hold:
// {"rows": 2, "columns": [{"name": "price", "numbers": 2, "sum": 3.5, "least": 1, "most": 2.5}, …]}.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_COLUMNS = 64, MOST_BYTES = 1 << 20 };

static char text[MOST_BYTES + 1];

struct column {
	const char *name;
	long filled, numbers;
	double sum, least, most;
};

static int refuse(const char *reason) {
	fprintf(stderr, "%s\n", reason);
	return 1;
}

// Turns the JSON string in `text` into the text that it stands for, in place; 0 when it is no JSON string.
static int unquote(void) {
	char *read = text + strspn(text, " \t\r\n"), *write = text;
	if (*read++ != '"') return 0;
	for (; *read != '"'; read++) {
		if (*read == 0) return 0;
		if (*read != '\\') {
			*write++ = *read;
			continue;
		}
		switch (*++read) {
			case 'n': *write++ = '\n'; break;
			case 'r': *write++ = '\r'; break;
			case 't': *write++ = '\t'; break;
			case 'u': // Numbers and separators are never written so; a letter in a cell is not looked at.
				if (strlen(read) < 5) return 0;
				*write++ = '?';
				read += 4;
				break;
			case 0: return 0;
			default: *write++ = *read;
		}
	}
	*write = 0;
	return 1;
}

// Cuts off one cell and ends it with 0; `end` tells whether the line ends there. Quoted cells may hold anything.
static char *cell(char **rest, int *end) {
	char *start = *rest, *read = *rest, *write = *rest;
	int quoted = *read == '"';
	if (quoted) read++;
	for (; *read != 0; read++) {
		if (quoted && *read == '"') {
			if (read[1] != '"') {
				quoted = 0;
				continue;
			}
			read++;
		} else if (!quoted && (*read == ',' || *read == '\n')) break;
		else if (!quoted && *read == '\r') continue;
		*write++ = *read;
	}
	*end = *read != ',';
	*rest = *read == 0 ? read : read + 1;
	*write = 0;
	return start;
}

static void add(struct column *column, const char *value) {
	char *end;
	double number = strtod(value, &end);
	if (*value == 0) return;
	column->filled++;
	if (*end != 0 || !(number - number == 0)) return;
	if (column->numbers++ == 0) column->least = column->most = number;
	column->sum += number;
	if (number < column->least) column->least = number;
	if (number > column->most) column->most = number;
}

static void print(const struct column *column, int first) {
	printf("%s{\"name\":\"", first ? "" : ",");
	for (const char *char_ = column->name; *char_ != 0; char_++) {
		if (*char_ == '"' || *char_ == '\\') putchar('\\');
		putchar((unsigned char)*char_ < ' ' ? ' ' : *char_);
	}
	printf("\",\"filled\":%ld,\"numbers\":%ld", column->filled, column->numbers);
	if (column->numbers > 0)
		printf(",\"sum\":%.15g,\"least\":%.15g,\"most\":%.15g", column->sum, column->least, column->most);
	putchar('}');
}

int main(void) {
	static struct column columns[MOST_COLUMNS];
	size_t length = 0;
	for (ssize_t got; (got = read(0, text + length, MOST_BYTES - length)) > 0;) length += got;
	if (!unquote()) return refuse("the input must be a JSON string that holds CSV");
	char *rest = text;
	int count = 0, end = 0;
	while (!end) {
		if (count == MOST_COLUMNS) return refuse("there are more than 64 columns");
		columns[count++].name = cell(&rest, &end);
	}
	long rows = 0;
	while (*rest != 0) {
		end = 0;
		for (int index = 0; !end; index++) {
			const char *value = cell(&rest, &end);
			if (index < count) add(&columns[index], value);
		}
		rows++;
	}
	printf("{\"rows\":%ld,\"columns\":[", rows);
	for (int index = 0; index < count; index++) print(&columns[index], index == 0);
	printf("]}\n");
	return 0;
}
