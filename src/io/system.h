/* system.h - the calls to the system that this library makes for descriptors, sockets, signals,
 * threads and child processes.
 *
 * Idea   They go through one table, so that a test can let the nth of them fail with each errno that it can
 *        have (tests/test_io_faults.c).
 * Holds  Only a test writes to it, and no loop runs then. */
#ifndef AIOCORE_IO_SYSTEM_H
#define AIOCORE_IO_SYSTEM_H

#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

#if defined(__linux__)
#include <sys/epoll.h>
#define AC_IO_EPOLL 1
#else
#define AC_IO_EPOLL 0
#endif

typedef struct aci_system {
    int (*poll)(struct pollfd *polled, nfds_t count, int milliseconds);
    int (*wakeup)(int ends[2]); /* what is written to ends[1] makes ends[0] readable; both may be the same */
    int (*pipe)(int ends[2]);   /* neither blocks, both are closed by exec */
    ssize_t (*read)(int descriptor, void *buffer, size_t size);
    ssize_t (*write)(int descriptor, const void *buffer, size_t size);
    int (*close)(int descriptor);
    int (*accept)(int descriptor, struct sockaddr *peer, socklen_t *size); /* as those of pipe */
    int (*connect)(int descriptor, const struct sockaddr *peer, socklen_t size);
    int (*socket_error)(int descriptor, int *error); /* SO_ERROR */
    bool (*blocks)(int descriptor);                  /* without O_NONBLOCK; cannot fail */
    ssize_t (*recvfrom)(int descriptor, void *buffer, size_t size, int flags, struct sockaddr *peer,
                        socklen_t *peer_size);
    ssize_t (*sendto)(int descriptor, const void *data, size_t size, int flags, const struct sockaddr *peer,
                      socklen_t peer_size);
    ssize_t (*sendmsg)(int descriptor, const struct msghdr *message, int flags);
    int (*socket)(int family, int type, int protocol);
    int (*bind)(int descriptor, const struct sockaddr *address, socklen_t size);
    int (*listen)(int descriptor, int backlog);
    int (*set_option)(int descriptor, int level, int option, const void *value, socklen_t size);
    int (*name)(int descriptor, struct sockaddr *address, socklen_t *size);
    int (*peer_name)(int descriptor, struct sockaddr *address, socklen_t *size);
    int (*shutdown)(int descriptor, int how);
    int (*remove_socket)(const char *path); /* a socket that lies there; what is none stays */
    /* As write, where a reader that is gone is EPIPE and no signal. */
    ssize_t (*write_quietly)(int descriptor, const void *data, size_t size);
    int (*set_blocking)(int descriptor, bool blocks);
    int (*file_type)(int descriptor, char *type); /* 'p' a pipe, 's' a socket, 'c' a character device, '-' */
    /* Of the process that starts another.  Those that give a pid, a descriptor or 0 give -1 with errno. */
    int (*open_null)(void); /* for reading and writing, closed by exec */
    pid_t (*fork)(void);
    pid_t (*waitpid)(pid_t pid, int *status, int options);
    int (*wait_exited)(pid_t pid); /* blocks until it has ended, and leaves its status to be read */
    int (*kill)(pid_t pid, int number);
    int (*pidfd_open)(pid_t pid); /* closed by exec; ENOSYS where there is none */
    /* Of the child, before it is another program: none allocates or takes a lock. */
    void (*default_signals)(void);             /* what is caught, and what CPython ignores; cannot fail */
    int (*duplicate)(int descriptor);          /* to one above 2, closed by exec */
    int (*dup2)(int descriptor, int in_place); /* not closed by exec */
    int (*inherit)(int descriptor);            /* is not closed by exec any more */
    int (*close_range)(unsigned first, unsigned last);
    int (*chdir)(const char *directory);
    pid_t (*setsid)(void);
    int (*setpgid)(pid_t pid, pid_t group);
    int (*execve)(const char *path, char *const *arguments, char *const *environment);
    int (*sigaction)(int number, const struct sigaction *action, struct sigaction *before);
    int (*getaddrinfo)(const char *host, const char *service, const struct addrinfo *hints,
                       struct addrinfo **list); /* 0, or EAI_* */
    void (*freeaddrinfo)(struct addrinfo *list);
    int (*getnameinfo)(const struct sockaddr *address, socklen_t size, char *host, socklen_t host_room,
                       char *service, socklen_t service_room, int flags); /* 0, or EAI_* */
    int (*thread)(pthread_t *thread, void *(*serve)(void *), void *data); /* 0, or an errno */
#if AC_IO_EPOLL
    int (*epoll_create)(int flags);
    int (*epoll_ctl)(int epoll, int what, int descriptor, struct epoll_event *event);
    int (*epoll_wait)(int epoll, struct epoll_event *events, int room, int milliseconds);
#endif
} aci_system;

extern aci_system aci_sys;

#endif
