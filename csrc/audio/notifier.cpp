#include "audio/notifier.hpp"

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include "audio/output.hpp"
#include "audio/quiet_thread.hpp"

namespace streamtts::audio {

Notifier::Notifier(OutputListener& listener) : listener_(listener) {
  thread_ = start_quiet_thread("stt-notify", [this] { run(); });
}

Notifier::~Notifier() {
  post(kQuit);
  thread_.join();
}

void Notifier::lost(Loss loss, std::string why) {
  if (loss_taken_.exchange(true)) return;
  loss_ = loss;
  why_ = std::move(why);
  post(kLost);
}

void Notifier::post(std::uint32_t news) {
  news_.fetch_or(news, std::memory_order_release);
  posted_.notify();
}

void Notifier::run() {
  for (;;) {
    const std::uint32_t news = news_.exchange(0, std::memory_order_acquire);
    if (news & kQuit) return;
    if (news & kOverloaded) listener_.output_overloaded();
    if (news & kDefaultChanged) listener_.default_changed();
    if (news & kLost) listener_.output_lost(loss_, why_);
    posted_.wait();
  }
}

}  // namespace streamtts::audio
