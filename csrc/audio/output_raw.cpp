// Bare samples for another program: raw:- writes them to standard output.
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "audio/file/file_output.hpp"
#include "audio/file/file_writer.hpp"
#include "audio/file/sample_format.hpp"
#include "audio/output.hpp"
#include "audio/output_name.hpp"
#include "audio/plain_outputs.hpp"
#include "error.hpp"

namespace streamtts::audio {

namespace {

class RawSink final : public FrameSink {
 public:
  explicit RawSink(RawTarget target) : target_(std::move(target)) {}

  std::uint32_t open(std::uint32_t) override {
    if (target_.file != "-") {
      writer_ = std::make_unique<FileWriter>(FileWriter::create(target_.file));
    } else if (isatty(STDOUT_FILENO)) {
      throw Error("raw:- would write sound to the terminal: send it to a program or a file");
    } else {
      writer_ = std::make_unique<FileWriter>(FileWriter::standard_output());
    }
    return target_.rate_hz;
  }

  std::optional<Failure> write(std::span<const float> frames) override {
    encoded_.resize(frames.size() * bytes_of(target_.format));
    encode(frames, target_.format, encoded_.data());
    const int error = writer_->write(encoded_).error;
    if (error == 0) return std::nullopt;
    if (error == EPIPE || error == ECONNRESET) {
      return Failure{.loss = Loss::kClosed, .why = "nobody reads " + writer_->name() + " any more"};
    }
    return Failure{
        .loss = Loss::kBroken,
        .why = "cannot write sound to " + writer_->name() + ": " + std::generic_category().message(error)};
  }

  void interrupt() override { writer_->interrupt(); }

  double unread_s() const override {
    const std::size_t frames = writer_->unread_bytes() / bytes_of(target_.format);
    return static_cast<double>(frames) / target_.rate_hz;
  }

  void close() override { writer_.reset(); }

 private:
  RawTarget target_;
  std::unique_ptr<FileWriter> writer_;
  std::vector<std::byte> encoded_;
};

}  // namespace

std::unique_ptr<Output> make_raw_output(const RawTarget& target) {
  return std::make_unique<FileOutput>(std::make_unique<RawSink>(target));
}

}  // namespace streamtts::audio
