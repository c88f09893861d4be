/* What a program does to the files below one folder, in order, for tests/support/power_cut.py.
 *
 * LD_PRELOADed. Logged are opening, writing, cutting, renaming, unlinking and synchronising, and
 * what is written to the standard output: a line there is a promise given at that point. Each call
 * is carried out first; what failed is not logged.
 *
 * WRITE_LOG: the log. WRITE_LOG_ROOT: the folder. WRITE_LOG_DEAF=folder: a disk that forgets to
 * synchronise folders: such a call succeeds and is not logged.
 *
 * A record: char op, int32 fd, int64 number, uint32 length of text, uint32 length of bytes, both.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 4096
enum { ELSEWHERE, FILE_BELOW, FOLDER_BELOW };

static pthread_mutex_t turn = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static char kinds[FILES];
static char root[4096];
static size_t root_length;
static int log_fd = -1;
static int is_deaf;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
    const char *log = getenv("WRITE_LOG"), *below = getenv("WRITE_LOG_ROOT");
    const char *deaf = getenv("WRITE_LOG_DEAF");
    if (!log || !below || !realpath(below, root)) return;
    root_length = strlen(root);
    is_deaf = deaf && !strcmp(deaf, "folder");
    int fd = REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    log_fd = fcntl(fd, F_DUPFD_CLOEXEC, FILES);
    if (log_fd < 0) log_fd = fd;
    else REAL(close)(fd);
}

/* Relative to the root; NULL for what lies elsewhere. The shared memory of a database is made anew
 * after every crash and means nothing. */
static const char *below(const char *path) {
    size_t length = strlen(path);
    if (log_fd < 0 || strncmp(path, root, root_length)) return NULL;
    if (length > 4 && !strcmp(path + length - 4, "-shm")) return NULL;
    if (path[root_length] == 0) return "";
    return path[root_length] == '/' ? path + root_length + 1 : NULL;
}

static void put(const void *bytes, size_t length) {
    const char *at = bytes;
    while (length > 0) {
        ssize_t done = REAL(write)(log_fd, at, length);
        if (done <= 0) abort();
        at += done;
        length -= (size_t)done;
    }
}

static void note(char op, int fd, int64_t number, const char *text, const void *bytes, size_t size) {
    uint32_t lengths[2] = {(uint32_t)strlen(text), (uint32_t)size};
    int32_t of = fd;
    put(&op, 1);
    put(&of, sizeof of);
    put(&number, sizeof number);
    put(lengths, sizeof lengths);
    put(text, lengths[0]);
    put(bytes, size);
}

static int is_below(int fd) { return fd >= 0 && fd < FILES && kinds[fd] != ELSEWHERE; }

static int opened(const char *path, int flags, int fd) {
    const char *name = below(path);
    struct stat status;
    if (fd >= 0 && fd < FILES) kinds[fd] = ELSEWHERE;
    if (fd < 0 || fd >= FILES || !name || fstat(fd, &status)) return fd;
    kinds[fd] = S_ISDIR(status.st_mode) ? FOLDER_BELOW : FILE_BELOW;
    note('O', fd, flags & O_TRUNC ? 1 : 0, name, "", 0);
    return fd;
}

#define OPENING(NAME, PARAMETERS, CALL)                                                            \
    int NAME PARAMETERS {                                                                          \
        mode_t mode = 0;                                                                           \
        if (flags & (O_CREAT | O_TMPFILE)) {                                                       \
            va_list rest;                                                                          \
            va_start(rest, flags);                                                                 \
            mode = va_arg(rest, mode_t);                                                           \
            va_end(rest);                                                                          \
        }                                                                                          \
        pthread_mutex_lock(&turn);                                                                 \
        int fd = opened(path, flags, REAL(NAME) CALL);                                             \
        pthread_mutex_unlock(&turn);                                                               \
        return fd;                                                                                 \
    }

OPENING(open, (const char *path, int flags, ...), (path, flags, mode))
OPENING(open64, (const char *path, int flags, ...), (path, flags, mode))
OPENING(openat, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))
OPENING(openat64, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))

#define LOGGED(TYPE, NAME, PARAMETERS, CALL, CONDITION, NOTE)                                      \
    TYPE NAME PARAMETERS {                                                                         \
        pthread_mutex_lock(&turn);                                                                 \
        TYPE done = REAL(NAME) CALL;                                                               \
        if (log_fd >= 0 && (CONDITION)) { NOTE; }                                                  \
        pthread_mutex_unlock(&turn);                                                               \
        return done;                                                                               \
    }

LOGGED(ssize_t, write, (int fd, const void *bytes, size_t size), (fd, bytes, size),
       done > 0 && (fd == STDOUT_FILENO || is_below(fd)),
       if (fd == STDOUT_FILENO) note('M', fd, 0, "", bytes, (size_t)done);
       else note('W', fd, lseek(fd, 0, SEEK_CUR) - done, "", bytes, (size_t)done))
LOGGED(ssize_t, pwrite, (int fd, const void *bytes, size_t size, off_t at), (fd, bytes, size, at),
       done > 0 && is_below(fd), note('W', fd, at, "", bytes, (size_t)done))
LOGGED(ssize_t, pwrite64, (int fd, const void *bytes, size_t size, off64_t at),
       (fd, bytes, size, at), done > 0 && is_below(fd), note('W', fd, at, "", bytes, (size_t)done))
LOGGED(int, ftruncate, (int fd, off_t size), (fd, size), !done && is_below(fd),
       note('T', fd, size, "", "", 0))
LOGGED(int, ftruncate64, (int fd, off64_t size), (fd, size), !done && is_below(fd),
       note('T', fd, size, "", "", 0))
LOGGED(int, rename, (const char *from, const char *to), (from, to), !done && below(from),
       note('R', -1, 0, below(from), below(to), strlen(below(to))))
LOGGED(int, unlink, (const char *path), (path), !done && below(path),
       note('U', -1, 0, below(path), "", 0))
LOGGED(int, mkdir, (const char *path, mode_t mode), (path, mode), !done && below(path),
       note('D', -1, 0, below(path), "", 0))
LOGGED(int, fsync, (int fd), (fd),
       !done && is_below(fd) && !(is_deaf && kinds[fd] == FOLDER_BELOW),
       note('S', fd, 0, "", "", 0))
LOGGED(int, fdatasync, (int fd), (fd), !done && is_below(fd), note('S', fd, 0, "", "", 0))
LOGGED(int, close, (int fd), (fd), !done && fd >= 0 && fd < FILES, kinds[fd] = ELSEWHERE)
