// A device's thread should not wait for the rest of a busy machine.
#pragma once

#include <sched.h>
#include <sys/resource.h>

namespace streamtts::audio {

// Real time if this user may, else ahead of others, else as it was.
inline void ask_for_priority() {
  constexpr int kModest = 5;  // of 99: below the sound server
  sched_param wanted{};
  wanted.sched_priority = kModest;
  if (sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &wanted) == 0) return;
  constexpr int kAheadOfOthers = -11;
  setpriority(PRIO_PROCESS, 0, kAheadOfOthers);  // on Linux, of this thread alone
}

}  // namespace streamtts::audio
