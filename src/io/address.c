/* address.c - addresses of sockets: from text and to text.
 *
 * Mirrors    makesockaddr, getsockaddrarg of CPython's socket module, as far as they are shown to programs.
 * Tests      tests/test_io_sockets.c */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <aiocore/socket.h>

static void address_set(ac_address *address, const void *sockaddr, size_t size)
{
    memset(address, 0, sizeof *address);
    memcpy(address->bytes, sockaddr, size);
    address->size = (uint32_t)size;
}

bool ac_address_of_ip(ac_address *address, const char *host, unsigned port)
{
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};

    if (port > UINT16_MAX)
        return false;
    if (inet_pton(AF_INET, host, &four.sin_addr) == 1) {
        address_set(address, &four, sizeof four);
        return true;
    }
    if (inet_pton(AF_INET6, host, &six.sin6_addr) != 1)
        return false;
    address_set(address, &six, sizeof six);
    return true;
}

bool ac_address_of_path(ac_address *address, const char *path)
{
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    size_t length = strlen(path);

    if (length == 0 || length >= sizeof local.sun_path)
        return false;
    memcpy(local.sun_path, path, length);
    address_set(address, &local, offsetof(struct sockaddr_un, sun_path) + length + 1);
    return true;
}

static sa_family_t family_of(const ac_address *address)
{
    struct sockaddr any = {.sa_family = AF_UNSPEC};

    if (address->size >= offsetof(struct sockaddr, sa_data))
        memcpy(&any, address->bytes, offsetof(struct sockaddr, sa_data));
    return any.sa_family;
}

static struct sockaddr_in four_of(const ac_address *address)
{
    struct sockaddr_in four;

    memcpy(&four, address->bytes, sizeof four);
    return four;
}

static struct sockaddr_in6 six_of(const ac_address *address)
{
    struct sockaddr_in6 six;

    memcpy(&six, address->bytes, sizeof six);
    return six;
}

unsigned ac_address_port(const ac_address *address)
{
    if (family_of(address) == AF_INET)
        return ntohs(four_of(address).sin_port);
    return family_of(address) == AF_INET6 ? ntohs(six_of(address).sin6_port) : 0;
}

static int format_four(const struct sockaddr_in *four, char *text, size_t room)
{
    char host[INET_ADDRSTRLEN] = "";

    (void)inet_ntop(AF_INET, &four->sin_addr, host, sizeof host);
    return snprintf(text, room, "('%s', %u)", host, (unsigned)ntohs(four->sin_port));
}

static int format_six(const struct sockaddr_in6 *six, char *text, size_t room)
{
    char host[INET6_ADDRSTRLEN] = "";

    (void)inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof host);
    return snprintf(text, room, "('%s', %u, %u, %u)", host, (unsigned)ntohs(six->sin6_port),
                    (unsigned)ntohl(six->sin6_flowinfo), (unsigned)six->sin6_scope_id);
}

static int format_path(const ac_address *address, char *text, size_t room)
{
    size_t before = offsetof(struct sockaddr_un, sun_path);
    int length = address->size > before ? (int)(address->size - before) : 0;

    return snprintf(text, room, "%.*s", length, (const char *)address->bytes + before);
}

size_t ac_address_format(const ac_address *address, char *text, size_t room)
{
    struct sockaddr_in four = four_of(address);
    struct sockaddr_in6 six = six_of(address);
    int length;

    switch (family_of(address)) {
    case AF_INET:
        length = format_four(&four, text, room);
        break;
    case AF_INET6:
        length = format_six(&six, text, room);
        break;
    case AF_UNIX:
        length = format_path(address, text, room);
        break;
    default:
        length = snprintf(text, room, "None");
    }
    return length > 0 ? (size_t)length : 0;
}
