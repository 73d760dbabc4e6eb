// Tells an OutputListener what a device's own threads notice. Posting never blocks; a thread of its own
// calls.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "audio/output.hpp"
#include "audio/wake.hpp"

namespace streamtts::audio {

class Notifier {
 public:
  explicit Notifier(OutputListener& listener);
  ~Notifier();  // waits for a call that is under way; nothing is told afterwards
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  void lost(Loss loss, std::string why);  // only the first loss counts
  void default_changed() { post(kDefaultChanged); }
  void overloaded() { post(kOverloaded); }

 private:
  enum : std::uint32_t { kQuit = 1, kLost = 2, kDefaultChanged = 4, kOverloaded = 8 };

  void post(std::uint32_t news);
  void run();

  OutputListener& listener_;
  std::atomic<std::uint32_t> news_{0};
  std::atomic<bool> loss_taken_{false};
  Loss loss_ = Loss::kVanished;
  std::string why_;
  Wake posted_;
  std::thread thread_;
};

}  // namespace streamtts::audio
