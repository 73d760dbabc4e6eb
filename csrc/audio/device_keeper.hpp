// Keeps one output open for a RenderSource: opens the default when the device in use vanishes, the null
// clock when there is none, and tries again while there is none. Nothing queued is lost meanwhile.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
#include <utility>

#include "audio/output.hpp"

namespace streamtts::audio {

class DeviceKeeper final : private OutputListener, private RenderSource {
 public:
  // Opens the output, or throws streamtts::Error if the one named cannot be had.
  DeviceKeeper(std::string name, std::uint32_t rate_hz);
  ~DeviceKeeper();
  DeviceKeeper(const DeviceKeeper&) = delete;
  DeviceKeeper& operator=(const DeviceKeeper&) = delete;

  // What the source must render at.
  std::uint32_t rate_hz() const { return rate_hz_; }
  void start(RenderSource& source);
  // Called, from any thread, when check() begins to throw; it must return at once. Set before start().
  void on_failure(std::function<void()> call) { on_failure_ = std::move(call); }
  void stop();

  void data_ready();
  // Takes back what the device was given and has not played, where it can; the source fades in any case.
  bool drop();
  void drain();
  double latency_s() const;

  std::string name() const;
  std::string take_warning();
  // Throws once the output has failed for good: ReaderGone for a pipe that was closed, else Error.
  void check() const;
  std::uint64_t overloads() const { return overloads_.load(std::memory_order_relaxed); }
  std::uint64_t reopened() const { return reopened_.load(std::memory_order_relaxed); }

 private:
  enum class Wish : std::uint8_t { none, follow_default, replace_lost, end };  // the more urgent, the later

  void render(float* out, std::uint32_t frames) noexcept STREAMTTS_NONBLOCKING override;
  std::uint32_t ready_frames() const noexcept STREAMTTS_NONBLOCKING override;
  bool at_rest() const noexcept STREAMTTS_NONBLOCKING override;
  void skip_silence(std::uint64_t frames) noexcept STREAMTTS_NONBLOCKING override;
  void output_lost(Loss loss, const std::string& why) override;
  void default_changed() override;
  void output_overloaded() override;

  std::unique_ptr<Output> opened(const std::string& name);
  std::unique_ptr<Output> opened_or_null(std::string& name);
  void replace(std::unique_ptr<Output> output, std::string name);
  bool play_on_default();
  void replace_lost();
  void supervise();
  Wish next_wish();
  void wish(Wish wish);

  const std::string wanted_;
  std::uint32_t rate_hz_;
  RenderSource* source_ = nullptr;  // set before the output starts
  std::function<void()> on_failure_;

  mutable std::shared_mutex output_mutex_;  // alone while one output takes another's place
  std::mutex control_mutex_;                // one thread at a time tells the output to drop or drain
  std::unique_ptr<Output> output_;
  std::string open_name_;

  mutable std::mutex state_mutex_;  // held for a moment only
  std::condition_variable changed_;
  Wish wish_ = Wish::none;
  std::string warning_;
  std::string failure_;
  std::string failure_to_open_;
  bool reader_gone_ = false;
  std::atomic<bool> failed_{false};
  std::atomic<std::uint64_t> overloads_{0};
  std::atomic<std::uint64_t> reopened_{0};
  std::thread supervisor_;
};

}  // namespace streamtts::audio
