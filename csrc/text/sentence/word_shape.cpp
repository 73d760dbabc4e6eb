#include "text/sentence/word_shape.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "text/sentence/abbreviations.hpp"
#include "text/sentence/number_shape.hpp"
#include "text/sentence/sorted_words.hpp"
#include "text/span.hpp"

namespace streamtts::text {

namespace {

constexpr SortedWords kExtensions(std::to_array<std::string_view>({
    "avif", "bash",  "bat",  "bin",    "bmp",    "bz2",   "c",      "cc",      "cfg",     "cjs",   "class",
    "clj",  "cmake", "conf", "cpp",    "cs",     "csh",   "css",    "csv",     "cts",     "cu",    "cxx",
    "dart", "db",    "diff", "dll",    "dylib",  "el",    "env",    "erl",     "ex",      "exe",   "exs",
    "fish", "flac",  "fs",   "gif",    "go",     "gpg",   "gradle", "graphql", "gz",      "h",     "hcl",
    "hpp",  "hs",    "htm",  "html",   "hxx",    "ico",   "ini",    "ipynb",   "jar",     "java",  "jl",
    "jpeg", "jpg",   "js",   "json",   "json5",  "jsonc", "jsonl",  "jsx",     "key",     "kt",    "kts",
    "less", "lock",  "log",  "lua",    "m",      "map",   "md",     "mdx",     "metal",   "mjs",   "mk",
    "ml",   "mm",    "mp3",  "mp4",    "mts",    "nix",   "o",      "onnx",    "parquet", "patch", "pdf",
    "pem",  "php",   "pkl",  "pl",     "png",    "proto", "ps1",    "pt",      "pth",     "py",    "pyc",
    "pyi",  "pyx",   "r",    "rake",   "rb",     "rs",    "rst",    "sass",    "scala",   "scss",  "sh",
    "so",   "sol",   "sql",  "sqlite", "svelte", "svg",   "swift",  "tar",     "tex",     "tf",    "tgz",
    "toml", "ts",    "tsv",  "tsx",    "txt",    "vim",   "vue",    "wasm",    "wav",     "webp",  "whl",
    "xml",  "xz",    "yaml", "yml",    "zig",    "zip",   "zsh",
}));

constexpr SortedWords kFileNames(std::to_array<std::string_view>({
    "Brewfile",      "CHANGELOG",   "CMakeLists", "CODEOWNERS",  "CONTRIBUTING", "Caddyfile",
    "Containerfile", "Dockerfile",  "Gemfile",    "Jenkinsfile", "Justfile",     "LICENSE",
    "Makefile",      "Pipfile",     "Podfile",    "Procfile",    "README",       "Rakefile",
    "Tiltfile",      "Vagrantfile", "justfile",   "makefile",
}));

constexpr SortedWords kFolders(std::to_array<std::string_view>({
    "app",          "apps",  "assets",   "benchmarks", "bin",    "build",   "cmd",      "config", "csrc",
    "dist",         "docs",  "etc",      "examples",   "home",   "include", "internal", "lib",    "libs",
    "node_modules", "opt",   "packages", "pkg",        "public", "scripts", "spec",     "src",    "target",
    "test",         "tests", "tmp",      "tools",      "usr",    "var",     "vendor",
}));

constexpr SortedWords kBranches(std::to_array<std::string_view>({"bugfix", "chore", "feat", "feature", "fix",
                                                                 "heads", "hotfix", "origin", "refs",
                                                                 "release", "remotes", "upstream"}));

constexpr SortedWords kTopDomains(std::to_array<std::string_view>({
    "ai", "app", "br",  "ca", "ch",   "cn",   "co",   "com", "de", "dev",   "edu", "es",
    "eu", "fr",  "gov", "in", "info", "io",   "it",   "jp",  "kr", "local", "me",  "net",
    "nl", "org", "pl",  "ru", "se",   "site", "tech", "tv",  "uk", "us",    "xyz",
}));

// Names of tools whose ending looks like a file's.
constexpr SortedWords kProductsInJs(std::to_array<std::string_view>({"Alpine", "Backbone", "Chart", "D3",
                                                                     "Deno", "Electron", "Ember", "Express",
                                                                     "Knockout", "Moment", "Nest", "Next",
                                                                     "Node", "Nuxt", "Three", "Vue"}));

// "top-10" and "mid-2024" are words; "gpt-4" and "utf-8" are names.
constexpr SortedWords kPrefixes(std::to_array<std::string_view>(
    {"day",  "early", "late", "layer", "level", "mid", "non",  "over",  "page",    "part", "phase",
     "post", "pre",   "step", "sub",   "tier",  "top", "type", "under", "version", "week"}));

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower_letter(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper_letter(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_letter_byte(char c) {
  return is_lower_letter(c) || is_upper_letter(c);
}
bool is_name_byte(char c) {
  return is_letter_byte(c) || is_digit(c) || c == '_';
}
bool is_ascii(std::string_view word) {
  return std::ranges::all_of(word, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}
bool has(std::string_view word, std::string_view part) {
  return word.find(part) != std::string_view::npos;
}
bool any(std::string_view word, bool (*test)(char)) {
  return std::ranges::any_of(word, test);
}
bool all(std::string_view word, bool (*test)(char)) {
  return !word.empty() && std::ranges::all_of(word, test);
}

bool is_name(std::string_view word) {
  return all(word, is_name_byte) && !is_digit(word.front());
}

// Calls `test` on every part between separators; true when all of the parts hold.
template <typename Test>
bool every_part(std::string_view word, std::string_view separator, Test test) {
  while (true) {
    const std::size_t at = word.find(separator);
    if (!test(word.substr(0, at))) return false;
    if (at == std::string_view::npos) return true;
    word.remove_prefix(at + separator.size());
  }
}

// snake_case, __init__, CONSTANT_CASE
bool has_underscore(std::string_view word) {
  return has(word, "_") && any(word, is_name_byte) && word != "_";
}

// camelCase, GitHub, HTTPServer; not "PDFs".
bool has_inner_capital(std::string_view word) {
  for (std::size_t i = 1; i < word.size(); ++i) {
    if (is_upper_letter(word[i]) && is_lower_letter(word[i - 1])) return true;
    const bool acronym_then_word = i >= 2 && i + 1 < word.size() && is_upper_letter(word[i - 1]) &&
                                   is_upper_letter(word[i - 2]) && is_lower_letter(word[i]) &&
                                   is_lower_letter(word[i + 1]);
    if (acronym_then_word) return true;
  }
  return false;
}

bool is_dotted_name(std::string_view word) {
  if (!has(word, ".") || find_abbreviation(word) != Abbreviation::none) return false;
  bool longer = false;
  const bool names =
      every_part(word.front() == '.' ? word.substr(1) : word, ".", [&longer](std::string_view part) {
        longer = longer || part.size() > 1;
        return is_name(part);
      });
  return names && longer && word != "Ph.D" && word != "Ph.Ds";
}

bool is_plus_or_sharp(std::string_view word) {
  if (word.ends_with("++")) return all(word.substr(0, word.size() - 2), is_letter_byte);
  return word.size() == 2 && word[1] == '#' && is_upper_letter(word[0]);
}

// abc1234, a UUID, sha256:abc...
bool is_hash(std::string_view word) {
  std::size_t hex = 0;
  bool digit = false;
  bool letter = false;
  for (const char c : word) {
    if (c == '-') continue;
    if (!is_digit(c) && (c < 'a' || c > 'f')) return false;
    digit = digit || is_digit(c);
    letter = letter || is_lower_letter(c);
    ++hex;
  }
  const bool uuid = has(word, "-") && hex == 32;
  return digit && letter && (uuid || (hex >= 7 && !has(word, "-")));
}

bool mixes_letters_and_digits(std::string_view part) {
  return all(part, is_name_byte) && is_letter_byte(part.front()) && any(part, is_digit);
}

// sha256, k8s, gpt-4o, UTF-8
bool is_numbered_name(std::string_view word) {
  if (!has(word, "-")) return mixes_letters_and_digits(word);
  const std::string_view head = word.substr(0, word.find('-'));
  if (!all(head, is_name_byte) || !is_letter_byte(word.front()) || !any(word, is_digit)) return false;
  if (kPrefixes.contains(head)) return false;
  return every_part(word, "-", [](std::string_view part) {
    return std::ranges::all_of(part, [](char c) { return is_name_byte(c) || c == '.'; }) && !part.empty();
  });
}

// HEAD~3, HEAD^, main..dev, HEAD~3..HEAD
bool is_revision(std::string_view word) {
  const auto part_is_revision = [](std::string_view part) {
    const std::string_view name = part.substr(0, part.find_first_of("~^"));
    return !name.empty() && std::ranges::all_of(name, [](char c) {
      return is_name_byte(c) || c == '/' || c == '-' || c == '.';
    }) && is_letter_byte(name.front());
  };
  const std::size_t range = word.find("..");
  if (range != std::string_view::npos) {
    const std::string_view right = word.substr(word.find_first_not_of('.', range) == std::string_view::npos
                                                   ? word.size()
                                                   : word.find_first_not_of('.', range));
    return part_is_revision(word.substr(0, range)) && part_is_revision(right);
  }
  const std::size_t sign = word.find_first_of("~^");
  return sign != std::string_view::npos && sign > 0 && part_is_revision(word) &&
         is_upper_letter(word.front());
}

// $HOME, ${HOME}, @scope/pkg, #42, \n
bool has_sigil(std::string_view word) {
  if (word.size() < 2) return false;
  const std::string_view rest = word.substr(1);
  switch (word.front()) {
    case '$':
      return is_letter_byte(rest.front()) || rest.front() == '_' || rest.front() == '{';
    case '@':
      return is_letter_byte(rest.front());
    case '#':
      return is_name_byte(rest.front());
    case '\\':
      return is_letter_byte(rest.front());
    default:
      return false;
  }
}

bool is_key_value(std::string_view word) {
  const std::size_t at = word.find('=');
  return at != std::string_view::npos && at > 0 && is_name_byte(word[at - 1]) && at + 1 < word.size() &&
         word[at + 1] != '>';
}

bool is_branch(std::string_view word) {
  const std::size_t slash = word.find('/');
  return slash != std::string_view::npos && slash + 1 < word.size() &&
         kBranches.contains(word.substr(0, slash));
}

bool is_identifier(std::string_view word) {
  if (has_underscore(word)) return true;
  if (!is_ascii(word)) return false;
  return has_inner_capital(word) || has(word, "::") || has(word, "->") || has_sigil(word) ||
         is_plus_or_sharp(word) || is_hash(word) || is_numbered_name(word) || is_revision(word) ||
         is_key_value(word) || is_dotted_name(word) || is_branch(word) ||
         (has(word, "*") && any(word, is_letter_byte));
}

// The part of a path after its last slash, without ":12:5" behind it.
std::string_view base_name(std::string_view word) {
  const std::size_t slash = word.find_last_of("/\\");
  if (slash != std::string_view::npos) word.remove_prefix(slash + 1);
  const std::size_t colon = word.find(':');
  if (colon != std::string_view::npos && colon + 1 < word.size() && is_digit(word[colon + 1]))
    word = word.substr(0, colon);
  return word;
}

bool has_file_extension(std::string_view base) {
  const std::size_t dot = base.find_last_of('.');
  if (dot == std::string_view::npos || dot + 1 == base.size()) return false;
  const std::string_view extension = base.substr(dot + 1);
  const std::string_view stem = base.substr(0, dot);
  if (extension == "js" && kProductsInJs.contains(stem)) return false;
  // "e.g", "i.e" and "x.m" have no stem to speak of.
  if (extension.size() == 1 && (stem.empty() || (stem.size() == 1 && extension != "c" && extension != "h")))
    return false;
  return kExtensions.contains(extension);
}

bool is_dot_file(std::string_view base) {
  return base.size() > 2 && base.front() == '.' && is_lower_letter(base[1]) &&
         std::ranges::all_of(base.substr(1), [](char c) { return is_name_byte(c) || c == '-' || c == '.'; });
}

bool is_path(std::string_view word) {
  if (word.starts_with("./") || word.starts_with("../") || word.starts_with("~/")) return true;
  if (word.size() > 3 && is_letter_byte(word[0]) && word[1] == ':' && word[2] == '\\') return true;
  const std::size_t slash = word.find('/');
  if (slash == std::string_view::npos || !any(word, is_letter_byte)) return false;
  if (slash == 0) return word.size() > 2 && is_name_byte(word[1]);
  return kFolders.contains(word.substr(0, slash));
}

bool is_file(std::string_view word) {
  const std::string_view base = base_name(word);
  return has_file_extension(base) || is_dot_file(base) || kFileNames.contains(base) || is_path(word);
}

bool is_host(std::string_view word) {
  const std::size_t end = word.find_first_of(":/");
  const std::string_view host = word.substr(0, end);
  if (host == "localhost") return true;
  const std::size_t dot = host.find_last_of('.');
  if (dot == std::string_view::npos || dot == 0 || !kTopDomains.contains(host.substr(dot + 1))) return false;
  bool letter = false;
  return every_part(host, ".",
                    [&letter](std::string_view label) {
                      letter = letter || any(label, is_lower_letter);
                      return !label.empty() && std::ranges::all_of(label, [](char c) {
                        return is_lower_letter(c) || is_digit(c) || c == '-';
                      });
                    }) &&
         letter && find_abbreviation(host) == Abbreviation::none && host.size() > 4;
}

bool is_address(std::string_view word) {
  const std::size_t at = word.find('@');
  return at != std::string_view::npos && at > 0 && is_host(word.substr(at + 1));
}

bool is_url(std::string_view word) {
  return has(word, "://") || word.starts_with("www.") || word.starts_with("mailto:") || is_address(word) ||
         is_ip_address(word) || (is_host(word) && !has_file_extension(base_name(word)));
}

bool is_flag(std::string_view word) {
  if (word.size() < 2 || word.front() != '-') return false;
  if (word[1] == '-') return word.size() > 2 && is_letter_byte(word[2]);
  return is_letter_byte(word[1]) && std::ranges::all_of(word.substr(1), [](char c) {
           return is_name_byte(c) || c == '=' || c == '-' || c == '.';
         });
}

// Nearly all words are plain: only a few whole names among them.
std::optional<SpanKind> plain_word_shape(std::string_view word) {
  if (word == "localhost") return SpanKind::url;
  if (kFileNames.contains(word)) return SpanKind::file;
  return std::nullopt;
}

}  // namespace

std::optional<SpanKind> word_shape(std::string_view word) {
  if (word.empty()) return std::nullopt;
  if (is_letter_byte(word.front()) && std::ranges::all_of(word.substr(1), is_lower_letter))
    return plain_word_shape(word);
  if (is_url(word)) return SpanKind::url;
  if (is_flag(word)) return SpanKind::flag;
  if (is_version(word)) return SpanKind::version;
  if (is_number_with_unit(word)) return SpanKind::number;
  if (is_file(word)) return SpanKind::file;
  if (is_identifier(word)) return SpanKind::identifier;
  return std::nullopt;
}

bool is_callable(std::string_view word) {
  return !word.empty() && is_name_byte(word.back()) && !is_digit(word.front()) &&
         std::ranges::all_of(word, [](char c) { return is_name_byte(c) || c == '.' || c == ':'; });
}

}  // namespace streamtts::text
