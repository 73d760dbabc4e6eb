// Threads that share the parts of one task after the other. Who gives the task works, too, and waits only for
// parts that another has begun: on a busy machine a helper that does not get to run costs nothing.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace streamtts::nmt {

class Team {
 public:
  using Part = std::function<void(std::size_t part)>;

  // With the caller's own, so many threads at most.
  explicit Team(std::size_t threads);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  // Returns when all parts are done; of one caller at a time. A part must not throw.
  void share(std::size_t parts, const Part& work);

 private:
  void help();
  bool wait_for_work(unsigned seen);
  void take_parts();

  const Part* work_ = nullptr;
  std::size_t parts_ = 0;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> open_{false};
  std::atomic<std::size_t> inside_{0};  // helpers that may look at the task
  std::atomic<unsigned> task_{0};
  std::atomic<std::size_t> asleep_{0};
  std::atomic<bool> ending_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::thread> helpers_;
};

}  // namespace streamtts::nmt
