/* Loaded before the C library (LD_PRELOAD) into a program under test: moves its wall clock, lets its writes to the
   database fail and its name server fall silent, as a test orders while the program runs. The orders stand in a file that both have mapped.
   Where a test names a journal, every write to the database and every sync is kept in it, in order. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct orders {
    int64_t clock_s;     /* added to the wall clock */
    int64_t write_error; /* errno of writes to the database; 0: they succeed */
    int64_t silent_s;    /* for so long a question for a name has no answer, and then none; 0: it has one */
};

static volatile struct orders *orders(void) {
    static volatile struct orders *mapped;
    static volatile struct orders none;
    if (!mapped) {
        const char *path = getenv("DATELINE_TEST_ORDERS");
        int file = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
        void *map = file < 0 ? MAP_FAILED : mmap(0, sizeof none, PROT_READ, MAP_SHARED, file, 0);
        mapped = map == MAP_FAILED ? &none : map;
    }
    return mapped;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += orders()->clock_s;
    return result;
}

/* Where in the path of an open file the name of the database begins; none where it is another file. */
static const char *database(int file, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, size - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, "timeline.db");
}

static int refused(int file) {
    char path[512];
    if (!orders()->write_error || !database(file, path, sizeof path)) return 0;
    errno = (int)orders()->write_error;
    return 1;
}

struct record {
    int64_t kind; /* 'w': bytes follow that were written; 's': everything before is on the disk; 't': cut to a size */
    int64_t log;  /* 1: the write-ahead log, 0: the database itself */
    int64_t at;   /* where it was written, or the size */
    int64_t size; /* how many bytes follow */
};

static void note(int64_t kind, int file, const void *bytes, size_t size, int64_t at) {
    static int journal = -2;
    char path[512];
    if (journal == -2) {
        const char *name = getenv("DATELINE_TEST_JOURNAL");
        journal = name ? (int)syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    }
    const char *name = journal < 0 ? 0 : database(file, path, sizeof path);
    if (!name || (strcmp(name, "timeline.db") && strcmp(name, "timeline.db-wal"))) return;
    struct record record = {kind, strlen(name) > strlen("timeline.db"), at, (int64_t)size};
    struct iovec parts[2] = {{&record, sizeof record}, {(void *)bytes, size}};
    if (syscall(SYS_writev, journal, parts, 2) != (long)(sizeof record + size)) abort();
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
    ssize_t written = refused(file) ? -1 : syscall(SYS_pwrite64, file, bytes, count, at);
    if (written > 0) note('w', file, bytes, (size_t)written, at);
    return written;
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
    return pwrite64(file, bytes, count, at);
}

int fdatasync(int file) {
    int result = (int)syscall(SYS_fdatasync, file);
    if (result == 0) note('s', file, 0, 0, 0);
    return result;
}

int fsync(int file) {
    int result = (int)syscall(SYS_fsync, file);
    if (result == 0) note('s', file, 0, 0, 0);
    return result;
}

int ftruncate64(int file, off64_t size) {
    int result = (int)syscall(SYS_ftruncate, file, size);
    if (result == 0) note('t', file, 0, 0, size);
    return result;
}

int ftruncate(int file, off_t size) {
    return ftruncate64(file, size);
}

ssize_t write(int file, const void *bytes, size_t count) {
    return refused(file) ? -1 : syscall(SYS_write, file, bytes, count);
}

/* Every name under .test is this machine's, as long as the name server answers. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    if (!real) real = dlsym(RTLD_NEXT, "getaddrinfo");
    size_t length = name ? strlen(name) : 0;
    if (length < 5 || strcmp(name + length - 5, ".test")) return real(name, service, hints, found);
    if (orders()->silent_s) {
        struct timespec wait = {orders()->silent_s, 0};
        nanosleep(&wait, 0);
        return EAI_AGAIN;
    }
    return real("127.0.0.1", service, hints, found);
}
