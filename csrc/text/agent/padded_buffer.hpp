// Growing bytes with readable padding behind them, as simdjson wants. Growth neither copies twice nor touches
// memory it does not need, so a giant line costs its own length.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>

namespace streamtts::text {

class PaddedBuffer {
 public:
  static constexpr std::size_t kPadding = 64;

  std::string_view view() const { return {bytes_.get(), size_}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  void append(std::string_view bytes) {
    if (bytes.empty()) return;
    reserve(size_ + bytes.size());
    std::memcpy(bytes_.get() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
    std::memset(bytes_.get() + size_, ' ', kPadding);
  }

  // Keeps the memory for the next line unless a giant left it behind.
  void clear() {
    size_ = 0;
    if (capacity_ > kKeptBytes) {
      bytes_.reset();
      capacity_ = 0;
    }
  }

 private:
  static constexpr std::size_t kKeptBytes = std::size_t{1} << 20U;

  struct Free {
    void operator()(char* bytes) const { std::free(bytes); }
  };

  void reserve(std::size_t wanted) {
    if (wanted + kPadding <= capacity_) return;
    const std::size_t grown = capacity_ + capacity_ / 2;
    const std::size_t capacity = (wanted > grown ? wanted : grown) + kPadding;
    void* const bytes = std::realloc(bytes_.get(), capacity);
    if (bytes == nullptr) throw std::bad_alloc();
    [[maybe_unused]] const char* const moved = bytes_.release();
    bytes_.reset(static_cast<char*>(bytes));
    capacity_ = capacity;
  }

  std::unique_ptr<char, Free> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace streamtts::text
