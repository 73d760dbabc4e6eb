// Writes to a file, a pipe or a terminal's descriptor in full, and can be called back from a reader that
// never reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace streamtts::audio {

class FileWriter {
 public:
  // Creates or empties the file at `path`; throws streamtts::Error.
  static FileWriter create(const std::string& path);
  // Standard output, which stays open when the writer goes.
  static FileWriter standard_output();

  FileWriter(FileWriter&& other) noexcept;
  FileWriter& operator=(FileWriter&&) = delete;
  ~FileWriter();

  struct Written {
    std::size_t bytes;  // may be fewer than asked after an error or interrupt()
    int error;          // errno, 0 if none
  };
  Written write(std::span<const std::byte> bytes);
  // Over what is there already, without moving on; only in a seekable file. Returns errno.
  int overwrite_start(std::span<const std::byte> bytes);
  // From any thread: write() returns with what it has done, now and from now on.
  void interrupt();

  bool seekable() const { return seekable_; }
  // What the reader of our pipe has not taken yet; 0 where that cannot be known.
  std::size_t unread_bytes() const;
  const std::string& name() const { return name_; }

 private:
  FileWriter(int descriptor, bool owned, std::string name);
  bool wait_until_writable() const;

  int descriptor_;
  bool owned_;
  bool seekable_;
  std::size_t most_at_once_;  // so that a write that poll() allowed cannot block
  int interrupt_read_ = -1;
  int interrupt_write_ = -1;
  std::string name_;
};

}  // namespace streamtts::audio
