// An output without a clock: a thread takes what is ready and hands it to a FrameSink, as fast as that goes.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "audio/notifier.hpp"
#include "audio/output.hpp"

namespace streamtts::audio {

// What a file output writes to; used by one thread at a time, but interrupt() and unread_s() by any.
class FrameSink {
 public:
  struct Failure {
    Loss loss;
    std::string why;
  };

  virtual ~FrameSink() = default;
  // Returns the rate it wants; throws streamtts::Error.
  virtual std::uint32_t open(std::uint32_t rate_hz) = 0;
  virtual std::optional<Failure> write(std::span<const float> frames) = 0;
  // Nothing more is ready for now: what was written must be of use as it is.
  virtual std::optional<Failure> settle() { return std::nullopt; }
  // A write() that waits for a reader returns.
  virtual void interrupt() = 0;
  virtual double unread_s() const = 0;
  virtual void close() = 0;
};

class FileOutput final : public Output {
 public:
  explicit FileOutput(std::unique_ptr<FrameSink> sink);
  ~FileOutput() override;

  std::uint32_t open(std::uint32_t rate_hz, RenderSource& source, OutputListener& listener) override;
  void start() override;
  void stop() override;
  bool drop() override { return false; }
  void drain() override;
  double latency_s() const override;
  void close() override;
  bool real_time() const override { return false; }
  void data_ready() override;

 private:
  void run();
  bool take();
  void fail(const FrameSink::Failure& failure);

  std::unique_ptr<FrameSink> sink_;
  RenderSource* source_ = nullptr;
  std::unique_ptr<Notifier> notifier_;
  std::thread thread_;
  std::vector<float> frames_;

  mutable std::mutex mutex_;  // held while rendering, never while writing
  std::condition_variable changed_;
  bool playing_ = false;
  bool ready_ = false;
  bool writing_ = false;  // frames were rendered and are not all written
  bool failed_ = false;
  bool quitting_ = false;
  std::uint64_t chunks_written_ = 0;
  bool opened_ = false;
};

}  // namespace streamtts::audio
