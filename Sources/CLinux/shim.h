// What Linux offers and Swift's Glibc module does not.
#ifndef MAILMILL_CLINUX_SHIM_H
#define MAILMILL_CLINUX_SHIM_H

#include <fcntl.h>
#include <linux/fs.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <linux/sock_diag.h>

/// Type of the file system that holds `path`, as in linux/magic.h; 0 on success, else -1 with errno set.
/// `f_type` is a signed long: constants such as CIFS's arrive with their sign extended, so only 32 bits are told.
static inline int linux_file_system_type(const char *path, uint32_t *type) {
    struct statfs facts;
    if (statfs(path, &facts) != 0) {
        return -1;
    }
    *type = (uint32_t)facts.f_type;
    return 0;
}

/// Lets two paths of one file system change places at once (RENAME_EXCHANGE of renameat2(2)); 0, else -1 with errno set.
static inline int linux_exchange(const char *left, const char *right) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, left, AT_FDCWD, right, 1u << 1);
}

/// Makes a new file that shares the blocks of another (FICLONE, ioctl_ficlone(2)); 0, else -1 with errno set.
static inline int linux_clone_file(const char *from, const char *to) {
    int source = open(from, O_RDONLY | O_CLOEXEC);
    if (source < 0) {
        return -1;
    }
    int copy = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int result = copy < 0 ? -1 : ioctl(copy, FICLONE, source);
    if (copy >= 0) {
        close(copy);
    }
    close(source);
    return result;
}

/// How many datagrams the socket had no room for (SO_MEMINFO, linux/sock_diag.h); 0 on success, else -1 with errno set.
static inline int linux_socket_drops(int socket, uint32_t *drops) {
    uint32_t facts[SK_MEMINFO_VARS] = {0};
    socklen_t size = sizeof facts;
    if (getsockopt(socket, SOL_SOCKET, SO_MEMINFO, facts, &size) != 0) {
        return -1;
    }
    *drops = facts[SK_MEMINFO_DROPS];
    return 0;
}

#endif
