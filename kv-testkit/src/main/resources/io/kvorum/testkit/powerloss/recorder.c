// SPDX-License-Identifier: Apache-2.0
/*
 * Preloaded into a process (LD_PRELOAD), writes down everything the process does to the files
 * under one directory, so that the state of that directory after a power loss can be rebuilt.
 *
 * Environment
 *   KVORUM_RECORDER_ROOT  the watched directory, absolute, without symbolic links
 *   KVORUM_RECORDER_LOG   the log, outside the root
 *   KVORUM_RECORDER_ACK   a path that need not exist: what is written to it becomes an ACK record
 *
 * Grammar of the log, numbers in the byte order of the machine
 *   log    := record*                      a last record may be cut: the process was killed
 *   record := u32 type, u32 flags, u64 file, u64 offset, u64 length, u32 n1, u32 n2, n1 bytes, n2 bytes
 *   type 1 ROOT        file: the root's inode number; always the first record
 *        2 CREATE      file; bytes1: path
 *        3 WRITE       file, offset; bytes1: the data
 *        4 TRUNCATE    file; length: the new size
 *        5 ALLOCATE    file; length: the size is at least this from now on
 *        6 SYNC_BEGIN  file; flags 1: fdatasync
 *        7 SYNC_END    file; offset: the ordinal (from 0) of its SYNC_BEGIN record
 *        8 RENAME      bytes1: from, bytes2: to
 *        9 LINK        bytes1: from, bytes2: to
 *       10 UNLINK      bytes1: path
 *       11 MKDIR       file; bytes1: path
 *       12 RMDIR       bytes1: path
 *       13 ACK         bytes1: what the process acknowledged
 *       14 STDIO       file: written through a FILE, whose data is not recorded
 *   path   := relative to the root, "/" between names, empty for the root itself
 *
 * Order (invariants, relied on by the reader)
 *   1. The log has one total order. Every change is made and recorded under one lock, so the
 *      order of two records is the order of the two changes.
 *   2. A sync runs outside the lock. SYNC_END is recorded only when it returned 0, and promises
 *      only what was recorded before its SYNC_BEGIN.
 *   3. When the write of an acknowledgement returns, its record is in the log.
 *   4. What cannot be recorded truthfully is refused: a shared writable mapping and a symbolic
 *      link abort the process with a sentence, in-kernel copies fail with EINVAL (callers fall back
 *      to reads and writes), unusual fallocate modes with EOPNOTSUPP.
 *
 * Whether a descriptor is watched is asked of /proc/self/fd each time, not kept in a table: that
 * costs a microsecond and stays right through dup, close-on-exec and closes inside libc.
 * The calls go to the kernel directly; inode numbers may be reused, and CREATE begins a new life.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#if __SIZEOF_LONG__ != 8
#error "the recorder needs a 64-bit Linux"
#endif

enum { ROOT = 1, CREATE, WRITE, TRUNCATE, ALLOCATE, SYNC_BEGIN, SYNC_END, RENAME, LINK, UNLINK,
       MKDIR, RMDIR, ACK, STDIO };

struct record {
  uint32_t type, flags;
  uint64_t file, offset, length;
  uint32_t n1, n2;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX], ack[PATH_MAX];
static size_t root_len;
static int log_fd = -1;
static uint64_t ordinal;  // of the next record; guarded by lock

static void die(const char *what, const char *path) {
  dprintf(2, "power-loss recorder: %s: %s\n", what, path);
  abort();
}

/* Appends one record; the lock is held. errno is as before. */
static uint64_t put(struct record r, const char *bytes1, const char *bytes2) {
  int saved = errno;
  struct iovec parts[3] = {
      {&r, sizeof r}, {(void *)bytes1, r.n1}, {(void *)bytes2, r.n2}};
  size_t want = sizeof r + r.n1 + r.n2;
  ssize_t n = syscall(SYS_writev, log_fd, parts, 3);
  if (n < 0 || (size_t)n != want) die("cannot write the log", strerror(errno));
  errno = saved;
  return ordinal++;
}

static void put_path(uint32_t type, uint64_t file, const char *path) {
  put((struct record){.type = type, .file = file, .n1 = strlen(path)}, path, NULL);
}

static void put_paths(uint32_t type, const char *from, const char *to) {
  put((struct record){.type = type, .n1 = strlen(from), .n2 = strlen(to)}, from, to);
}

__attribute__((constructor)) static void begin(void) {
  const char *r = getenv("KVORUM_RECORDER_ROOT"), *l = getenv("KVORUM_RECORDER_LOG");
  const char *a = getenv("KVORUM_RECORDER_ACK");
  struct stat st;
  if (!r || !l || !a) return;
  if (strlen(r) >= sizeof root || strlen(a) >= sizeof ack) die("path too long", r);
  strcpy(ack, a);
  if (syscall(SYS_newfstatat, AT_FDCWD, r, &st, 0)) die("no such root", r);
  log_fd = syscall(SYS_openat, AT_FDCWD, l, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (log_fd < 0 && errno == EEXIST) return;  // a program started by the watched one: not watched
  if (log_fd < 0) die("cannot open the log", l);
  // A high descriptor, so that the low ones stay as the program expects them.
  int high = fcntl(log_fd, F_DUPFD_CLOEXEC, 900);
  if (high >= 0) {
    syscall(SYS_close, log_fd);
    log_fd = high;
  }
  put((struct record){.type = ROOT, .file = st.st_ino}, NULL, NULL);
  strcpy(root, r);
  root_len = strlen(root);
}

/* Removes "//", "/./" and "/../" from an absolute path. */
static void normalize(char *path) {
  char *out = path, *in = path;
  while (*in) {
    while (*in == '/') in++;
    char *end = in;
    while (*end && *end != '/') end++;
    size_t n = end - in;
    if (n == 2 && in[0] == '.' && in[1] == '.') {
      while (out > path && *--out != '/') {
      }
    } else if (n > 0 && !(n == 1 && in[0] == '.')) {
      *out++ = '/';
      memmove(out, in, n);
      out += n;
    }
    in = end;
  }
  *out = 0;
}

/* Part of an absolute path below the root; NULL when it is elsewhere. */
static const char *below(const char *path) {
  if (root_len == 0 || strncmp(path, root, root_len) != 0) return NULL;
  if (path[root_len] == 0) return path + root_len;
  return path[root_len] == '/' ? path + root_len + 1 : NULL;
}

/* The same for a path argument of a call; buf holds the answer. */
static const char *below_at(int dir, const char *path, char buf[2 * PATH_MAX]) {
  if (root_len == 0 || !path || strlen(path) >= PATH_MAX) return NULL;
  size_t n = 0;
  if (path[0] != '/') {
    char link[64];
    snprintf(link, sizeof link, dir == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", dir);
    ssize_t got = syscall(SYS_readlinkat, AT_FDCWD, link, buf, PATH_MAX - 1);
    if (got < 0) return NULL;
    n = got;
    buf[n++] = '/';
  }
  strcpy(buf + n, path);
  normalize(buf);
  return below(buf);
}

/* Whether a descriptor is a watched file or directory: 1, the acknowledgements: 2, else 0. */
static int watched(int fd, struct stat *st) {
  char link[64], path[PATH_MAX + 16];
  if (root_len == 0 || fd < 0 || fd == log_fd) return 0;
  int saved = errno;
  int answer = 0;
  if (syscall(SYS_fstat, fd, st) == 0 && (S_ISREG(st->st_mode) || S_ISDIR(st->st_mode))) {
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (n > 0) {
      path[n] = 0;
      answer = below(path) ? 1 : strcmp(path, ack) == 0 ? 2 : 0;
    }
  }
  errno = saved;
  return answer;
}

// ---- opening ---------------------------------------------------------------------------------

static int open_at(int dir, const char *path, int flags, mode_t mode) {
  char buf[2 * PATH_MAX];
  const char *name = NULL;
  if (flags & (O_CREAT | O_TRUNC)) name = below_at(dir, path, buf);
  if ((flags & O_TMPFILE) == O_TMPFILE && below_at(dir, path, buf))
    die("O_TMPFILE cannot be recorded", path);
  if (!name) return syscall(SYS_openat, dir, path, flags, mode);
  struct stat before, after;
  pthread_mutex_lock(&lock);
  int existed = syscall(SYS_newfstatat, dir, path, &before, 0) == 0;
  int fd = syscall(SYS_openat, dir, path, flags, mode);
  if (fd >= 0 && syscall(SYS_fstat, fd, &after) == 0) {
    if (!existed)
      put_path(CREATE, after.st_ino, name);
    else if ((flags & O_TRUNC) && before.st_size > 0)
      put((struct record){.type = TRUNCATE, .file = after.st_ino}, NULL, NULL);
  }
  pthread_mutex_unlock(&lock);
  return fd;
}

#define MODE(flags, last)                      \
  mode_t mode = 0;                             \
  if ((flags) & (O_CREAT | O_TMPFILE)) {       \
    va_list args;                              \
    va_start(args, last);                      \
    mode = va_arg(args, unsigned);             \
    va_end(args);                              \
  }

int open(const char *p, int flags, ...) { MODE(flags, flags) return open_at(AT_FDCWD, p, flags, mode); }
int open64(const char *p, int flags, ...) { MODE(flags, flags) return open_at(AT_FDCWD, p, flags, mode); }
int openat(int d, const char *p, int flags, ...) { MODE(flags, flags) return open_at(d, p, flags, mode); }
int openat64(int d, const char *p, int flags, ...) { MODE(flags, flags) return open_at(d, p, flags, mode); }
int __open_2(const char *p, int flags) { return open_at(AT_FDCWD, p, flags, 0); }
int __open64_2(const char *p, int flags) { return open_at(AT_FDCWD, p, flags, 0); }
int __openat_2(int d, const char *p, int flags) { return open_at(d, p, flags, 0); }
int __openat64_2(int d, const char *p, int flags) { return open_at(d, p, flags, 0); }
int creat(const char *p, mode_t m) { return open_at(AT_FDCWD, p, O_CREAT | O_WRONLY | O_TRUNC, m); }
int creat64(const char *p, mode_t m) { return creat(p, m); }

/* libc writes a FILE's data by calls of its own: say so in the log. */
static void stdio(int fd) {
  struct stat st;
  if (fd >= 0 && (fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY && watched(fd, &st) == 1) {
    pthread_mutex_lock(&lock);
    put((struct record){.type = STDIO, .file = st.st_ino}, NULL, NULL);
    pthread_mutex_unlock(&lock);
  }
}

FILE *fdopen(int fd, const char *mode) {
  static FILE *(*real)(int, const char *);
  if (!real) real = (FILE * (*)(int, const char *)) dlsym(RTLD_NEXT, "fdopen");
  stdio(fd);
  return real(fd, mode);
}

FILE *fopen(const char *path, const char *mode) {
  int flags = strchr(mode, '+') ? O_RDWR : mode[0] == 'r' ? O_RDONLY : O_WRONLY;
  if (mode[0] == 'w') flags |= O_CREAT | O_TRUNC;
  if (mode[0] == 'a') flags |= O_CREAT | O_APPEND;
  if (strchr(mode, 'x')) flags |= O_EXCL;
  if (strchr(mode, 'e')) flags |= O_CLOEXEC;
  int fd = open_at(AT_FDCWD, path, flags, 0666);
  return fd < 0 ? NULL : fdopen(fd, mode);
}
FILE *fopen64(const char *path, const char *mode) { return fopen(path, mode); }

// ---- data ------------------------------------------------------------------------------------

/* All writes end here. offset -1: at the descriptor's own position, which moves. */
static ssize_t write_at(int fd, const struct iovec *parts, int count, off_t offset, int at_end) {
  struct stat st;
  int kind = watched(fd, &st);
  if (kind == 0)
    return offset < 0 ? syscall(SYS_writev, fd, parts, count)
                      : syscall(SYS_pwritev, fd, parts, count, offset, 0L);
  size_t total = 0;
  for (int i = 0; i < count; i++) total += parts[i].iov_len;
  char *data = malloc(total ? total : 1);
  if (!data) die("out of memory", "write");
  size_t n = 0;
  for (int i = 0; i < count; i++) {
    memcpy(data + n, parts[i].iov_base, parts[i].iov_len);
    n += parts[i].iov_len;
  }
  ssize_t done = total;
  pthread_mutex_lock(&lock);
  if (kind == 2) {
    put((struct record){.type = ACK, .n1 = total}, data, NULL);
  } else {
    int flags = fcntl(fd, F_GETFL);
    off_t where = offset;
    if ((flags & O_APPEND) || at_end)
      where = syscall(SYS_fstat, fd, &st) == 0 ? st.st_size : 0;
    else if (offset < 0)
      where = syscall(SYS_lseek, fd, 0L, SEEK_CUR);
    done = offset < 0 ? syscall(SYS_write, fd, data, total)
                      : syscall(SYS_pwrite64, fd, data, total, offset);
    if (done > 0)
      put((struct record){.type = WRITE, .file = st.st_ino, .offset = where, .n1 = done}, data, NULL);
    if (done > 0 && (flags & O_DSYNC)) {  // the kernel has synced it already
      uint64_t b = put((struct record){.type = SYNC_BEGIN, .flags = 1, .file = st.st_ino}, NULL, NULL);
      put((struct record){.type = SYNC_END, .file = st.st_ino, .offset = b}, NULL, NULL);
    }
  }
  pthread_mutex_unlock(&lock);
  int saved = errno;
  free(data);
  errno = saved;
  return done;
}

ssize_t write(int fd, const void *b, size_t n) {
  return write_at(fd, &(struct iovec){(void *)b, n}, 1, -1, 0);
}
ssize_t writev(int fd, const struct iovec *v, int n) { return write_at(fd, v, n, -1, 0); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t at) {
  return write_at(fd, &(struct iovec){(void *)b, n}, 1, at, 0);
}
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t at) { return pwrite(fd, b, n, at); }
ssize_t pwritev(int fd, const struct iovec *v, int n, off_t at) { return write_at(fd, v, n, at, 0); }
ssize_t pwritev64(int fd, const struct iovec *v, int n, off64_t at) { return write_at(fd, v, n, at, 0); }
ssize_t pwritev2(int fd, const struct iovec *v, int n, off_t at, int flags) {
  return write_at(fd, v, n, at, flags & RWF_APPEND);  // the other flags only promise more
}
ssize_t pwritev64v2(int fd, const struct iovec *v, int n, off64_t at, int flags) {
  return pwritev2(fd, v, n, at, flags);
}

int ftruncate(int fd, off_t size) {
  struct stat st;
  if (watched(fd, &st) != 1) return syscall(SYS_ftruncate, fd, size);
  pthread_mutex_lock(&lock);
  int r = syscall(SYS_ftruncate, fd, size);
  if (r == 0) put((struct record){.type = TRUNCATE, .file = st.st_ino, .length = size}, NULL, NULL);
  pthread_mutex_unlock(&lock);
  return r;
}
int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }

int truncate(const char *path, off_t size) {
  int fd = open_at(AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0);
  if (fd < 0) return -1;
  int r = ftruncate(fd, size), saved = errno;
  syscall(SYS_close, fd);
  errno = saved;
  return r;
}
int truncate64(const char *path, off64_t size) { return truncate(path, size); }

int fallocate(int fd, int mode, off_t offset, off_t length) {
  struct stat st;
  if (watched(fd, &st) != 1) return syscall(SYS_fallocate, fd, mode, offset, length);
  if (mode & ~FALLOC_FL_KEEP_SIZE) {
    errno = EOPNOTSUPP;
    return -1;
  }
  pthread_mutex_lock(&lock);
  int r = syscall(SYS_fallocate, fd, mode, offset, length);
  if (r == 0 && mode == 0)
    put((struct record){.type = ALLOCATE, .file = st.st_ino, .length = offset + length}, NULL, NULL);
  pthread_mutex_unlock(&lock);
  return r;
}
int fallocate64(int fd, int mode, off64_t o, off64_t n) { return fallocate(fd, mode, o, n); }
int posix_fallocate(int fd, off_t o, off_t n) { return fallocate(fd, 0, o, n) == 0 ? 0 : errno; }
int posix_fallocate64(int fd, off64_t o, off64_t n) { return posix_fallocate(fd, o, n); }

ssize_t sendfile(int out, int in, off_t *at, size_t n) {
  struct stat st;
  if (watched(out, &st) == 0) return syscall(SYS_sendfile, out, in, at, n);
  errno = EINVAL;
  return -1;
}
ssize_t sendfile64(int out, int in, off64_t *at, size_t n) { return sendfile(out, in, at, n); }

ssize_t copy_file_range(int in, off64_t *in_at, int out, off64_t *out_at, size_t n, unsigned flags) {
  struct stat st;
  if (watched(out, &st) == 0)
    return syscall(SYS_copy_file_range, in, in_at, out, out_at, n, flags);
  errno = EINVAL;
  return -1;
}

void *mmap(void *addr, size_t n, int prot, int flags, int fd, off_t at) {
  struct stat st;
  int sharing = flags & MAP_TYPE;
  if (fd >= 0 && (prot & PROT_WRITE) && (sharing == MAP_SHARED || sharing == MAP_SHARED_VALIDATE) &&
      watched(fd, &st) == 1)
    die("a shared writable mapping cannot be recorded", root);
  return (void *)syscall(SYS_mmap, addr, n, prot, flags, fd, at);
}
void *mmap64(void *addr, size_t n, int prot, int flags, int fd, off64_t at) {
  return mmap(addr, n, prot, flags, fd, at);
}

// ---- syncs; sync_file_range, msync, sync and syncfs promise nothing here and pass -------------

static int sync_file(int fd, long call, uint32_t flags) {
  struct stat st;
  if (watched(fd, &st) != 1) return syscall(call, fd);
  pthread_mutex_lock(&lock);
  uint64_t b = put((struct record){.type = SYNC_BEGIN, .flags = flags, .file = st.st_ino}, NULL, NULL);
  pthread_mutex_unlock(&lock);
  int r = syscall(call, fd);
  if (r == 0) {
    pthread_mutex_lock(&lock);
    put((struct record){.type = SYNC_END, .file = st.st_ino, .offset = b}, NULL, NULL);
    pthread_mutex_unlock(&lock);
  }
  return r;
}
int fsync(int fd) { return sync_file(fd, SYS_fsync, 0); }
int fdatasync(int fd) { return sync_file(fd, SYS_fdatasync, 1); }

// ---- names -----------------------------------------------------------------------------------

int renameat2(int d1, const char *from, int d2, const char *to, unsigned flags) {
  char buf1[2 * PATH_MAX], buf2[2 * PATH_MAX];
  const char *a = below_at(d1, from, buf1), *b = below_at(d2, to, buf2);
  if (!a && !b) return syscall(SYS_renameat2, d1, from, d2, to, flags);
  if (!a || !b) die("a rename into or out of the watched directory cannot be recorded", from);
  if (flags & ~1u) {  // 1: RENAME_NOREPLACE
    errno = EINVAL;
    return -1;
  }
  pthread_mutex_lock(&lock);
  int r = syscall(SYS_renameat2, d1, from, d2, to, flags);
  if (r == 0 && strcmp(a, b) != 0) put_paths(RENAME, a, b);
  pthread_mutex_unlock(&lock);
  return r;
}
int rename(const char *a, const char *b) { return renameat2(AT_FDCWD, a, AT_FDCWD, b, 0); }
int renameat(int d1, const char *a, int d2, const char *b) { return renameat2(d1, a, d2, b, 0); }

int linkat(int d1, const char *from, int d2, const char *to, int flags) {
  char buf1[2 * PATH_MAX], buf2[2 * PATH_MAX];
  const char *a = below_at(d1, from, buf1), *b = below_at(d2, to, buf2);
  if (!a && !b) return syscall(SYS_linkat, d1, from, d2, to, flags);
  if (!a || !b) die("a link into or out of the watched directory cannot be recorded", from);
  pthread_mutex_lock(&lock);
  int r = syscall(SYS_linkat, d1, from, d2, to, flags);
  if (r == 0) put_paths(LINK, a, b);
  pthread_mutex_unlock(&lock);
  return r;
}
int link(const char *a, const char *b) { return linkat(AT_FDCWD, a, AT_FDCWD, b, 0); }

int symlinkat(const char *target, int dir, const char *path) {
  char buf[2 * PATH_MAX];
  if (below_at(dir, path, buf)) die("a symbolic link cannot be recorded", path);
  return syscall(SYS_symlinkat, target, dir, path);
}
int symlink(const char *target, const char *path) { return symlinkat(target, AT_FDCWD, path); }

int unlinkat(int dir, const char *path, int flags) {
  char buf[2 * PATH_MAX];
  const char *name = below_at(dir, path, buf);
  if (!name) return syscall(SYS_unlinkat, dir, path, flags);
  pthread_mutex_lock(&lock);
  int r = syscall(SYS_unlinkat, dir, path, flags);
  if (r == 0) put_path(flags & AT_REMOVEDIR ? RMDIR : UNLINK, 0, name);
  pthread_mutex_unlock(&lock);
  return r;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path) {
  int r = unlink(path);
  return r != 0 && errno == EISDIR ? rmdir(path) : r;
}

int mkdirat(int dir, const char *path, mode_t mode) {
  char buf[2 * PATH_MAX];
  struct stat st;
  const char *name = below_at(dir, path, buf);
  if (!name) return syscall(SYS_mkdirat, dir, path, mode);
  pthread_mutex_lock(&lock);
  int r = syscall(SYS_mkdirat, dir, path, mode);
  if (r == 0 && syscall(SYS_newfstatat, dir, path, &st, 0) == 0) put_path(MKDIR, st.st_ino, name);
  pthread_mutex_unlock(&lock);
  return r;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }
