/* A wall clock that a test moves: preloaded into a function, so that minutes pass in no time while timers run as they do.
 *
 * SKYWARDEN_TEST_CLOCK names a file of eight bytes: milliseconds to add to the time of day, a signed number in the byte order of the machine. The
 * file is mapped, so that what a test writes is seen at once. Only the time of day moves; the monotonic clock, by which programs wait, does not. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *offset_ms;

__attribute__((constructor)) static void map_offset(void)
{
    const char *path = getenv("SKYWARDEN_TEST_CLOCK");
    if (!path)
        return;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        abort();
    void *mapped = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (mapped == MAP_FAILED)
        abort();
    offset_ms = mapped;
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && clock == CLOCK_REALTIME && offset_ms) {
        int64_t ms = *offset_ms;
        int64_t nanoseconds = (int64_t)time->tv_nsec + (ms % 1000) * 1000000;
        int64_t seconds = (int64_t)time->tv_sec + ms / 1000;
        if (nanoseconds < 0) {
            nanoseconds += 1000000000;
            seconds -= 1;
        } else if (nanoseconds >= 1000000000) {
            nanoseconds -= 1000000000;
            seconds += 1;
        }
        time->tv_sec = (time_t)seconds;
        time->tv_nsec = (long)nanoseconds;
    }
    return result;
}
