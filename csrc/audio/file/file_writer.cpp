#include "audio/file/file_writer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include "error.hpp"

namespace streamtts::audio {

namespace {

// A flush cannot call back what is in the pipe, so it should not hold a second of speech.
[[maybe_unused]] constexpr int kPipeBytes = 16 * 1024;
// A pipe that poll() calls writable has room for this everywhere.
constexpr std::size_t kNeverBlocks = 512;

std::string reason(int error) {
  return std::generic_category().message(error);
}

bool is_regular(int descriptor) {
  struct stat status{};
  return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

void shorten_pipe([[maybe_unused]] int descriptor) {
#ifdef F_SETPIPE_SZ
  if (fcntl(descriptor, F_GETPIPE_SZ) > kPipeBytes) fcntl(descriptor, F_SETPIPE_SZ, kPipeBytes);
#endif
}

}  // namespace

FileWriter FileWriter::create(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) throw Error("cannot write sound to " + path + ": " + reason(errno));
  return {descriptor, true, path};
}

FileWriter FileWriter::standard_output() {
  if (fcntl(STDOUT_FILENO, F_GETFD) < 0) throw Error("cannot write sound to standard output: it is closed");
  return {STDOUT_FILENO, false, "standard output"};
}

FileWriter::FileWriter(int descriptor, bool owned, std::string name)
    : descriptor_(descriptor),
      owned_(owned),
      seekable_(is_regular(descriptor)),
      most_at_once_(seekable_ ? std::numeric_limits<ssize_t>::max() : kNeverBlocks),
      name_(std::move(name)) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) {
    const int error = errno;
    if (owned_) ::close(descriptor_);
    throw Error("cannot write sound to " + name_ + ": " + reason(error));
  }
  interrupt_read_ = ends[0];
  interrupt_write_ = ends[1];
  for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
  shorten_pipe(descriptor_);
}

FileWriter::FileWriter(FileWriter&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      owned_(other.owned_),
      seekable_(other.seekable_),
      most_at_once_(other.most_at_once_),
      interrupt_read_(std::exchange(other.interrupt_read_, -1)),
      interrupt_write_(std::exchange(other.interrupt_write_, -1)),
      name_(std::move(other.name_)) {}

FileWriter::~FileWriter() {
  if (descriptor_ >= 0 && owned_) ::close(descriptor_);
  if (interrupt_read_ >= 0) ::close(interrupt_read_);
  if (interrupt_write_ >= 0) ::close(interrupt_write_);
}

FileWriter::Written FileWriter::write(std::span<const std::byte> bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    if (!wait_until_writable()) return {.bytes = done, .error = 0};
    const ssize_t step =
        ::write(descriptor_, bytes.data() + done, std::min(bytes.size() - done, most_at_once_));
    if (step >= 0) {
      done += static_cast<std::size_t>(step);
    } else if (errno != EINTR && errno != EAGAIN) {
      return {.bytes = done, .error = errno};
    }
  }
  return {.bytes = done, .error = 0};
}

int FileWriter::overwrite_start(std::span<const std::byte> bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t step =
        ::pwrite(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
    if (step > 0) {
      done += static_cast<std::size_t>(step);
    } else if (step == 0 || errno != EINTR) {
      return step == 0 ? ENOSPC : errno;
    }
  }
  return 0;
}

void FileWriter::interrupt() {
  const std::byte signal{1};
  // It can only fail when it is full of interrupts already.
  [[maybe_unused]] const ssize_t written = ::write(interrupt_write_, &signal, 1);
}

bool FileWriter::wait_until_writable() const {
  std::array<pollfd, 2> watched{{{.fd = descriptor_, .events = POLLOUT, .revents = 0},
                                 {.fd = interrupt_read_, .events = POLLIN, .revents = 0}}};
  while (::poll(watched.data(), watched.size(), -1) < 0 && errno == EINTR) {
  }
  return watched[1].revents == 0;
}

std::size_t FileWriter::unread_bytes() const {
  int unread = 0;
  if (seekable_ || ioctl(descriptor_, FIONREAD, &unread) != 0) return 0;
  return static_cast<std::size_t>(std::max(unread, 0));
}

}  // namespace streamtts::audio
