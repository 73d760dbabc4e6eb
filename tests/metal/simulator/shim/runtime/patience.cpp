#include "patience.h"

#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

#include "group.h"

namespace msl_run {
namespace {
struct sigaction before;
pthread_t runner;

void set_timer(unsigned long microseconds) {
  itimerval when{};
  when.it_value.tv_sec = static_cast<time_t>(microseconds / 1000000);
  when.it_value.tv_usec = static_cast<suseconds_t>(microseconds % 1000000);
  setitimer(ITIMER_VIRTUAL, &when, nullptr);
}

void out_of_patience(int) {
  if (!turn.is_running) {
    set_timer(1000);  // between two groups: soon again
    return;
  }
  if (!pthread_equal(pthread_self(), runner)) {
    pthread_kill(runner, SIGVTALRM);
    return;
  }
  fail("the kernel runs for longer than a test should: it probably never ends");
}
}  // namespace

void begin_patience(unsigned long microseconds) {
  runner = pthread_self();
  struct sigaction how{};
  how.sa_handler = out_of_patience;
  how.sa_flags = SA_NODEFER;  // as fail() leaves the handler by another stack
  sigaction(SIGVTALRM, &how, &before);
  set_timer(microseconds);
}

void end_patience() {
  set_timer(0);
  sigaction(SIGVTALRM, &before, nullptr);
}
}  // namespace msl_run
