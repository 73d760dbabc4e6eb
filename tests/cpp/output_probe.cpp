// Drives one output as a test tells it, and reports what happened in lines of "word value".
//   output_probe OUTPUT STEP...
// Steps: open start stop drop flush drain close wait-rendered wait-lost frames:N sleep:MS kill, and list
// alone. The source is a ramp, v(n) = 0.5 * (n + 1) / 2^23, in which every sample tells its place; silence
// after it.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "audio/output.hpp"
#include "error.hpp"

namespace {

using streamtts::audio::Loss;
using streamtts::audio::Output;

constexpr auto kPatience = std::chrono::seconds(120);
constexpr std::uint32_t kFadeFrames = 240;

class Source final : public streamtts::audio::RenderSource {
 public:
  void render(float* out, std::uint32_t frames) noexcept STREAMTTS_NONBLOCKING override {
    for (std::uint32_t i = 0; i < frames; ++i) out[i] = next();
    rendered_ += frames;
  }
  std::uint32_t ready_frames() const noexcept STREAMTTS_NONBLOCKING override {
    const std::uint64_t left = end_ - std::min<std::uint64_t>(end_, place_);
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(left, UINT32_MAX));
  }

  void add(std::uint64_t frames) { end_ += frames; }
  void flush() { flushing_ = true; }
  std::uint64_t place() const { return place_; }
  bool done() const { return place_ >= end_; }
  std::uint64_t rendered() const { return rendered_; }

 private:
  float next() noexcept {
    if (flushing_.exchange(false)) fading_ = kFadeFrames;
    if (done()) return 0.0F;
    const auto value = 0.5F * static_cast<float>(++place_) / 8388608.0F;
    if (fading_ == 0) return value;
    if (--fading_ == 0) place_ = end_.load();
    return value * static_cast<float>(fading_) / kFadeFrames;
  }

  std::atomic<std::uint64_t> end_{0};
  std::atomic<std::uint64_t> place_{0};
  std::atomic<std::uint64_t> rendered_{0};
  std::atomic<bool> flushing_{false};
  std::uint32_t fading_ = 0;
};

class Listener final : public streamtts::audio::OutputListener {
 public:
  void output_lost(Loss loss, const std::string& why) override {
    const std::lock_guard lock(mutex_);
    constexpr std::string_view kNames[] = {"vanished", "broken", "closed"};
    std::cerr << "lost " << kNames[static_cast<int>(loss)] << ' ' << why << '\n';
    lost_ = true;
    changed_.notify_all();
  }
  void default_changed() override {
    std::cerr << "default-changed\n";
    const std::lock_guard lock(mutex_);
    default_changed_ = true;
    changed_.notify_all();
  }
  void output_overloaded() override { ++overloads_; }

  bool lost() {
    const std::lock_guard lock(mutex_);
    return lost_;
  }
  bool await_loss() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [this] { return std::exchange(lost_, false); });
  }
  bool await_default_change() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [this] { return std::exchange(default_changed_, false); });
  }
  int overloads() const { return overloads_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool lost_ = false;
  bool default_changed_ = false;
  std::atomic<int> overloads_{0};
};

class Probe {
 public:
  explicit Probe(const std::string& name) : output_(streamtts::audio::make_output(name)) {}

  bool step(const std::string& step) {
    const std::size_t colon = step.find(':');
    const std::string word = step.substr(0, colon);
    const std::uint64_t number = colon == std::string::npos ? 0 : std::stoull(step.substr(colon + 1));
    if (word == "frames") {
      source_.add(number);
      output_->data_ready();
    } else if (word == "sleep") {
      std::this_thread::sleep_for(std::chrono::milliseconds(number));
    } else if (word == "wait-rendered") {
      return wait_rendered();
    } else if (word == "wait-lost") {
      return listener_.await_loss();
    } else if (word == "wait-default") {
      return listener_.await_default_change();
    } else {
      return control(word);
    }
    return true;
  }

  void report() const {
    std::cerr << "rendered " << source_.rendered() << "\nplace " << source_.place() << "\noverloads "
              << listener_.overloads() << "\nlatency_ms " << output_->latency_s() * 1e3 << '\n';
  }

 private:
  bool control(const std::string& word) {
    if (word == "open") {
      std::cerr << "rate " << output_->open(48000, source_, listener_) << '\n';
    } else if (word == "start") {
      output_->start();
    } else if (word == "stop") {
      output_->stop();
    } else if (word == "drop") {
      std::cerr << "dropped " << output_->drop() << '\n';
    } else if (word == "flush") {
      source_.flush();
      const auto begin = std::chrono::steady_clock::now();
      const bool dropped = output_->drop();
      const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
      std::cerr << "dropped " << dropped << "\ndrop_ms " << took.count() << '\n';
    } else if (word == "drain") {
      output_->drain();
    } else if (word == "close") {
      output_->close();
    } else if (word == "kill") {
      std::raise(SIGKILL);
    } else {
      std::cerr << "unknown step " << word << '\n';
      return false;
    }
    return true;
  }

  bool wait_rendered() {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!source_.done() && !listener_.lost() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return source_.done();
  }

  Source source_;
  Listener listener_;
  std::unique_ptr<Output> output_;
};

}  // namespace

int main(int count, char** words) {
  try {
    if (count == 2 && std::string_view(words[1]) == "list") {
      for (const auto& device : streamtts::audio::list_devices()) {
        std::cerr << (device.is_default ? "default " : "device ") << device.name << '\t' << device.description
                  << '\n';
      }
      return 0;
    }
    Probe probe(count > 1 ? words[1] : "");
    for (int i = 2; i < count; ++i) {
      if (!probe.step(words[i])) {
        std::cerr << "failed " << words[i] << '\n';
        return 3;
      }
    }
    probe.report();
    return 0;
  } catch (const streamtts::Error& error) {
    std::cerr << "error " << error.what() << '\n';
    return 2;
  }
}
