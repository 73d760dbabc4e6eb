#include "nmt/team.hpp"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): the other one has no masks

#include <atomic>
#include <cstddef>
#include <mutex>
#include <thread>

namespace streamtts::nmt {
namespace {

// Between two multiplications of one sentence pass some microseconds; whoever slept then would be woken too
// late.
constexpr int kGlances = 4000;

void breathe() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

Team::Team(std::size_t threads) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // signals are for the program's main thread
  for (std::size_t helper = 1; helper < threads; ++helper) helpers_.emplace_back([this] { help(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Team::~Team() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  for (std::thread& helper : helpers_) helper.join();
}

void Team::share(std::size_t parts, const Part& work) {
  if (helpers_.empty() || parts < 2) {
    for (std::size_t part = 0; part < parts; ++part) work(part);
    return;
  }
  work_ = &work;
  parts_ = parts;
  next_ = 0;
  open_ = true;
  ++task_;
  if (asleep_ > 0) {
    {
      const std::scoped_lock lock(mutex_);
    }  // none is between its last glance and its sleep
    wake_.notify_all();
  }
  take_parts();
  open_ = false;
  for (int glance = 0; inside_ > 0; ++glance) glance < kGlances ? breathe() : std::this_thread::yield();
}

void Team::take_parts() {
  for (std::size_t part = next_++; part < parts_; part = next_++) (*work_)(part);
}

void Team::help() {
  unsigned seen = 0;
  while (wait_for_work(seen)) {
    seen = task_;
    ++inside_;
    if (open_) take_parts();
    --inside_;
  }
}

bool Team::wait_for_work(unsigned seen) {
  for (int glance = 0; glance < kGlances; ++glance) {
    if (task_ != seen || ending_) return !ending_;
    breathe();
  }
  std::unique_lock lock(mutex_);
  ++asleep_;
  wake_.wait(lock, [&] { return task_ != seen || ending_; });
  --asleep_;
  return !ending_;
}

}  // namespace streamtts::nmt
