// A WAV file, 16 bits, mono. Its header is true at every moment, so that it plays however the program ends.
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "audio/file/file_output.hpp"
#include "audio/file/file_writer.hpp"
#include "audio/file/sample_format.hpp"
#include "audio/file/wav_header.hpp"
#include "audio/output.hpp"
#include "audio/plain_outputs.hpp"
#include "error.hpp"

namespace streamtts::audio {

namespace {

constexpr std::uint64_t kFrameBytes = bytes_of(SampleFormat::kS16);

class WavSink final : public FrameSink {
 public:
  explicit WavSink(std::string path) : path_(std::move(path)) {}

  std::uint32_t open(std::uint32_t rate_hz) override {
    rate_hz_ = rate_hz;
    data_bytes_ = header_bytes_ = 0;
    writer_ = std::make_unique<FileWriter>(FileWriter::create(path_));
    const auto header = wav_header(rate_hz_, writer_->seekable() ? 0 : kUnknownLength);
    const FileWriter::Written written = writer_->write(header);
    if (written.bytes < header.size()) throw Error(failure(written.error).why);
    return rate_hz_;
  }

  std::optional<Failure> write(std::span<const float> frames) override {
    encoded_.resize(frames.size() * kFrameBytes);
    encode(frames, SampleFormat::kS16, encoded_.data());
    const FileWriter::Written written = writer_->write(encoded_);
    data_bytes_ += written.bytes;
    // An eighth of a second is all that a kill may cost.
    if (written.error == 0 && data_bytes_ - header_bytes_ < rate_hz_ * kFrameBytes / 8) return std::nullopt;
    const std::optional<Failure> unsettled = settle();
    return written.error == 0 ? unsettled : failure(written.error);
  }

  std::optional<Failure> settle() override {
    if (!writer_->seekable() || header_bytes_ == data_bytes_) return std::nullopt;
    const std::uint64_t whole_frames = data_bytes_ / kFrameBytes * kFrameBytes;
    const int error = writer_->overwrite_start(wav_header(rate_hz_, whole_frames));
    if (error != 0) return failure(error);
    header_bytes_ = data_bytes_;
    return std::nullopt;
  }

  void interrupt() override { writer_->interrupt(); }
  double unread_s() const override { return 0; }

  void close() override {
    settle();
    writer_.reset();
  }

 private:
  Failure failure(int error) const {
    if (error == EPIPE) return {.loss = Loss::kClosed, .why = "nobody reads " + path_ + " any more"};
    return {.loss = Loss::kBroken,
            .why = "cannot write sound to " + path_ + ": " + std::generic_category().message(error)};
  }

  std::string path_;
  std::unique_ptr<FileWriter> writer_;
  std::uint32_t rate_hz_ = 0;
  std::uint64_t data_bytes_ = 0;
  std::uint64_t header_bytes_ = 0;  // as the header says
  std::vector<std::byte> encoded_;
};

}  // namespace

std::unique_ptr<Output> make_wav_output(const std::string& path) {
  if (path.empty()) throw Error("wav: needs a file, as in wav:speech.wav");
  return std::make_unique<FileOutput>(std::make_unique<WavSink>(path));
}

}  // namespace streamtts::audio
