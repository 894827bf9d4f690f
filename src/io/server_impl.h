/* server_impl.h - what a server is, for the files that make it up. */
#ifndef AIOCORE_IO_SERVER_IMPL_H
#define AIOCORE_IO_SERVER_IMPL_H

#include "transport_impl.h"

/* One of its sockets. */
typedef struct listener {
    ac_watch watch;
    ac_timer timer;
    ac_server *server; /* retained by the watch in use, and by the timer that is set */
    int descriptor;    /* -1: closed */
    bool timed;
} listener;

struct ac_server {
    const ac_server_ops *ops;
    void *data;
    ac_loop *loop;
    ac_io *io; /* NULL: it is gone */
    ac_link listed, clients, waiters;
    ac_server_forever *forever;
    ac_value context; /* owned */
    unsigned holders;
    int backlog;
    bool serving, closed, over;
    size_t count;
    listener listeners[];
};

#endif
