// What Linux offers and Swift's Glibc module does not.
#ifndef MAILMILL_CLINUX_SHIM_H
#define MAILMILL_CLINUX_SHIM_H

#include <malloc.h>
#include <stdint.h>
#include <sys/vfs.h>

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

#endif
