#include "audio/file/wav_header.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace streamtts::audio {

namespace {

constexpr std::uint32_t kUnknown32 = UINT32_MAX;
constexpr std::uint32_t kLongSizesBytes = 28;
constexpr std::uint16_t kPcm = 1;
constexpr std::uint16_t kFrameBytes = 2;

class HeaderWriter {
 public:
  void name(std::string_view four) { append(four.data(), four.size()); }
  template <class Integer>
  void number(Integer value) {
    append(&value, sizeof value);
  }
  const std::array<std::byte, kWavHeaderBytes>& bytes() const { return bytes_; }

 private:
  void append(const void* from, std::size_t size) {
    std::memcpy(bytes_.data() + used_, from, size);
    used_ += size;
  }

  std::array<std::byte, kWavHeaderBytes> bytes_{};
  std::size_t used_ = 0;
};

}  // namespace

std::array<std::byte, kWavHeaderBytes> wav_header(std::uint32_t rate_hz, std::uint64_t data_bytes) {
  const bool unknown = data_bytes == kUnknownLength;
  const std::uint64_t riff_bytes = data_bytes + kWavHeaderBytes - 8;
  const bool rf64 = !unknown && riff_bytes >= kUnknown32;
  HeaderWriter header;
  header.name(rf64 ? "RF64" : "RIFF");
  header.number(rf64 || unknown ? kUnknown32 : static_cast<std::uint32_t>(riff_bytes));
  header.name("WAVE");
  header.name(rf64 ? "ds64" : "JUNK");
  header.number(kLongSizesBytes);
  header.number(rf64 ? riff_bytes : 0);
  header.number(rf64 ? data_bytes : 0);
  header.number(rf64 ? data_bytes / kFrameBytes : 0);
  header.number(std::uint32_t{0});  // no further long sizes
  header.name("fmt ");
  header.number(std::uint32_t{16});
  header.number(kPcm);
  header.number(std::uint16_t{1});  // channels
  header.number(rate_hz);
  header.number(rate_hz * kFrameBytes);
  header.number(kFrameBytes);
  header.number(std::uint16_t{8 * kFrameBytes});
  header.name("data");
  header.number(rf64 || unknown ? kUnknown32 : static_cast<std::uint32_t>(data_bytes));
  return header.bytes();
}

}  // namespace streamtts::audio
