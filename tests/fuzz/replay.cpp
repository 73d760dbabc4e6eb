// A main for a fuzz target where no fuzzer is at hand: runs every file of a corpus folder, then a fixed
// number of mutants of them (same seed, same inputs, every time).
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int kMutants = 3000;

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::string mutate(const std::vector<std::string>& corpus, std::mt19937& random) {
  const auto below = [&random](std::size_t n) { return n == 0 ? 0 : random() % n; };
  std::string input = corpus[below(corpus.size())];
  for (std::size_t edits = 1 + below(4); edits > 0; --edits) {
    const std::string& donor = corpus[below(corpus.size())];
    const std::size_t from = below(donor.size());
    const std::size_t at = below(input.size() + 1);
    switch (below(4)) {
      case 0:
        input.insert(at, donor, from, below(40));
        break;
      case 1:
        input.erase(at, below(20));
        break;
      case 2:
        input.insert(at, 1, static_cast<char>(random()));
        break;
      default:
        input.resize(at);
        input.append(donor, from, std::string::npos);
        break;
    }
  }
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> corpus;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
  }
  if (corpus.empty()) {
    std::cerr << "no corpus: name a folder that holds at least one file\n";
    return EXIT_FAILURE;
  }
  for (const std::string& input : corpus) run(input);
  std::mt19937 random(20260101);
  for (int i = 0; i < kMutants; ++i) run(mutate(corpus, random));
  std::cout << corpus.size() << " corpus files and " << kMutants << " mutants held\n";
  return EXIT_SUCCESS;
}
