/* The first process of a pod: it holds the pod's namespaces, and takes in whoever is left behind. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void down(int signal) { _exit(0); }
static void reap(int signal) { while (waitpid(-1, NULL, WNOHANG) > 0); }

int main(void) {
    signal(SIGINT, down);
    signal(SIGTERM, down);
    signal(SIGCHLD, reap);
    for (;;) pause();
}
