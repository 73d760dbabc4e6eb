#include "text/markdown.hpp"
#include <memory>
#include <string>
#include <string_view>

#include "text/markdown/block_reader.hpp"
#include "text/markdown/scrub.hpp"

namespace streamtts::text {

class Cleaner::Impl {
 public:
  explicit Impl(const CleanerOptions& options) : blocks_(options) {}

  void feed(std::string_view utf8, std::string& out) {
    scrubbed_.clear();
    scrub_.feed(utf8, scrubbed_);
    blocks_.feed(scrubbed_, out);
  }

  void finish(std::string& out) {
    scrubbed_.clear();
    scrub_.finish(scrubbed_);
    blocks_.feed(scrubbed_, out);
    blocks_.finish(out);
  }

 private:
  Scrub scrub_;
  BlockReader blocks_;
  std::string scrubbed_;  // reused between feeds
};

Cleaner::Cleaner(CleanerOptions options) : impl_(std::make_unique<Impl>(options)) {}
Cleaner::~Cleaner() = default;
Cleaner::Cleaner(Cleaner&&) noexcept = default;
Cleaner& Cleaner::operator=(Cleaner&&) noexcept = default;

void Cleaner::feed(std::string_view utf8, std::string& out) {
  impl_->feed(utf8, out);
}
void Cleaner::finish(std::string& out) {
  impl_->finish(out);
}

}  // namespace streamtts::text
