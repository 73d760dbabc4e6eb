#include "text/markdown/spoken_path.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "text/unicode.hpp"

namespace streamtts::text {
namespace {

constexpr std::size_t kMostParts = 64;

constexpr std::array kExtensions = std::to_array<std::string_view>(
    {"7z",     "a",       "avif",   "awk",        "bak",    "bash",     "bat",    "bazel", "bin",   "bmp",
     "bz2",    "c",       "cc",     "cfg",        "cjs",    "clj",      "cmake",  "cmd",   "conf",  "cpp",
     "crt",    "cs",      "css",    "csv",        "csproj", "cts",      "cu",     "cuh",   "cxx",   "d",
     "dart",   "db",      "diff",   "dll",        "doc",    "docx",     "dylib",  "ejs",   "el",    "elm",
     "env",    "erb",     "erl",    "ex",         "exe",    "exs",      "fish",   "fs",    "gif",   "go",
     "gradle", "graphql", "gz",     "h",          "hbs",    "hcl",      "hh",     "hpp",   "hs",    "htm",
     "html",   "hxx",     "ico",    "ini",        "ipynb",  "jar",      "java",   "jl",    "jpeg",  "jpg",
     "js",     "json",    "json5",  "jsonc",      "jsonl",  "jsx",      "key",    "kt",    "kts",   "less",
     "lock",   "log",     "lua",    "m",          "map",    "markdown", "md",     "mdx",   "metal", "mjs",
     "mk",     "ml",      "mli",    "mm",         "mov",    "mp3",      "mp4",    "mts",   "nim",   "nix",
     "npmrc",  "o",       "obj",    "onnx",       "out",    "patch",    "pdf",    "pem",   "php",   "pl",
     "plist",  "png",     "prisma", "properties", "proto",  "ps1",      "py",     "pyc",   "pyi",   "pyx",
     "r",      "rake",    "rb",     "rkt",        "rs",     "rst",      "s",      "sass",  "scala", "scss",
     "sh",     "sln",     "so",     "sol",        "sql",    "sqlite",   "svelte", "svg",   "swift", "tar",
     "tex",    "tf",      "tfvars", "tgz",        "toml",   "ts",       "tsv",    "tsx",   "ttf",   "txt",
     "vb",     "vim",     "vue",    "wasm",       "wav",    "webp",     "whl",    "woff",  "woff2", "xls",
     "xlsx",   "xml",     "xz",     "yaml",       "yml",    "zig",      "zip",    "zsh"});

constexpr std::array kBareFiles = std::to_array<std::string_view>(
    {"Makefile", "Dockerfile", "LICENSE",    "README",      "CHANGELOG",   "CONTRIBUTING", "NOTICE",
     "Gemfile",  "Rakefile",   "Procfile",   "Jenkinsfile", "Vagrantfile", "Brewfile",     "Podfile",
     "Justfile", "justfile",   "CODEOWNERS", "Pipfile",     "BUILD",       "WORKSPACE"});

// What a path without extension begins with, rather than an enumeration like "build/test/deploy".
constexpr std::array kFolders = std::to_array<std::string_view>(
    {"app",     "apps",          "assets", "cmd",   "components",   "crates",   "csrc", "dist",
     "include", "internal",      "lib",    "libs",  "node_modules", "packages", "pkg",  "public",
     "scripts", "site-packages", "src",    "tests", "third_party",  "vendor"});

constexpr std::array kRoutes = std::to_array<std::string_view>(
    {"api", "auth", "graphql", "oauth", "rest", "rpc", "v1", "v2", "v3", "webhook", "webhooks", "ws"});

constexpr std::array kTopDomains = std::to_array<std::string_view>(
    {"ai", "app", "co", "com", "dev", "edu", "gov", "io", "me", "net", "org", "uk"});

constexpr std::array kDeviceFolders = std::to_array<std::string_view>({"dev", "proc", "sys"});

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool same_letters(std::string_view a, std::string_view lower) {
  return std::ranges::equal(a, lower, [](char x, char y) {
    return ascii_lower(static_cast<unsigned char>(x)) == static_cast<unsigned char>(y);
  });
}

bool is_known_extension(std::string_view extension) {
  return std::ranges::any_of(kExtensions,
                             [&](std::string_view known) { return same_letters(extension, known); });
}

bool all_digits(std::string_view part) {
  return !part.empty() && std::ranges::all_of(part, [](unsigned char c) { return is_ascii_digit(c); });
}

std::string_view extension_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view{} : name.substr(dot + 1);
}

// A plain ending such as ".zst": believable behind a slash, not alone.
bool is_likely_extension(std::string_view name) {
  const std::string_view extension = extension_of(name);
  if (extension.size() < 2 || extension.size() > 5 || name.size() < extension.size() + 3) return false;
  bool letter = false;
  for (const unsigned char c : extension) {
    if (!is_ascii_lower(c) && !is_ascii_digit(c)) return false;
    letter = letter || is_ascii_lower(c);
  }
  return letter && is_ascii_lower(static_cast<unsigned char>(extension[0]));
}

bool is_in_path(unsigned char c) {
  static constexpr std::string_view kSigns = "._-+@~%$[]()#!'";
  return c >= 0x80 || is_ascii_alnum(c) || kSigns.find(static_cast<char>(c)) != std::string_view::npos;
}

bool is_plain_part(std::string_view part) {
  return std::ranges::all_of(part, is_in_path);
}

bool is_file_in_folder(std::string_view name) {
  return is_file_name(name) || is_likely_extension(name);
}

struct Parts {
  std::vector<std::string_view> names;
  bool rooted = false;    // begins with a separator
  bool trailing = false;  // ends with one
};

bool split(std::string_view path, std::string_view separators, Parts& parts) {
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find_first_of(separators, begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty()) {
      if (begin == 0) {
        parts.rooted = true;
      } else if (end == path.size()) {
        parts.trailing = true;
      } else {
        return false;
      }
    } else {
      if (!is_plain_part(part) || parts.names.size() == kMostParts) return false;
      parts.names.push_back(part);
    }
    begin = end + 1;
  }
  return !parts.names.empty();
}

bool is_dots(std::string_view part) {
  return part.find_first_not_of('.') == std::string_view::npos;
}

bool is_regex_flags(std::string_view part) {
  return part.size() <= 5 && part.find_first_not_of("dgimsuvy") == std::string_view::npos;
}

std::string_view of_rooted(const Parts& parts) {
  const std::string_view first = parts.names.front();
  const std::string_view last = parts.names.back();
  if (is_one_of(kDeviceFolders, first) || is_one_of(kRoutes, first)) return {};
  if (is_file_in_folder(last)) return last;
  if (parts.names.size() < 2) return {};
  if (parts.names.size() == 2 && is_regex_flags(last)) return {};
  return last;
}

bool is_host_name(std::string_view name) {
  return is_one_of(kTopDomains, extension_of(name)) || name.starts_with("www.");
}

std::string_view of_relative(const Parts& parts) {
  const auto& names = parts.names;
  const std::string_view first = names.front();
  const std::string_view last = names.back();
  const bool dotted = first[0] == '.' && !is_dots(first);
  if (dotted && is_known_extension(first.substr(1))) return {};  // ".js/.ts"
  if (names.size() == 1) {
    const bool folder = parts.trailing && first.size() > 1 && !is_dots(first) && !all_digits(first);
    return folder ? first : std::string_view{};
  }
  if (is_host_name(first)) return spoken_host(first);
  const bool alternatives = std::any_of(names.begin(), names.end() - 1, [](std::string_view name) {
    return is_known_extension(extension_of(name));
  });
  if (is_file_in_folder(last)) return alternatives ? std::string_view{} : last;
  if (first.size() == 1 && is_ascii_letter(static_cast<unsigned char>(first[0]))) return {};
  if (parts.trailing || dotted) return last;
  if (names.size() < 3) return {};
  const bool folders = is_one_of(kFolders, first);
  return folders ? last : std::string_view{};
}

// "C:\Users\me\notes.txt", ".\src\main.py", "src\main.py".
std::string_view of_windows(std::string_view word) {
  const bool drive = word.size() > 3 && is_ascii_letter(static_cast<unsigned char>(word[0])) &&
                     word[1] == ':' && (word[2] == '\\' || word[2] == '/');
  if (drive) word.remove_prefix(3);
  Parts parts;
  if (!split(word, "\\/", parts) || parts.rooted) return {};
  const std::string_view last = parts.names.back();
  if (drive) return last;
  const bool dots = is_dots(parts.names.front());
  if (parts.names.size() < 2 || last[0] == '.') return {};
  return dots || is_file_name(last) ? last : std::string_view{};
}

}  // namespace

bool is_file_name(std::string_view name) {
  if (name.empty() || !is_plain_part(name)) return false;
  if (name[0] == '.') {
    return name.size() > 2 && is_ascii_letter(static_cast<unsigned char>(name[1])) &&
           name.find_first_of("()") == std::string_view::npos;
  }
  return is_one_of(kBareFiles, name) || is_known_extension(extension_of(name));
}

std::string_view spoken_host(std::string_view authority) {
  const std::size_t user = authority.rfind('@');
  if (user != std::string_view::npos && user + 1 < authority.size()) authority.remove_prefix(user + 1);
  const std::size_t port = authority.rfind(':');
  if (port != std::string_view::npos && all_digits(authority.substr(port + 1))) {
    const std::string_view host = authority.substr(0, port);
    const bool local = host == "localhost" || host.find_first_not_of("0123456789.") == std::string_view::npos;
    if (!local) authority = host;
  }
  if (authority.starts_with("www.") && authority.find('.', 4) != std::string_view::npos) {
    authority.remove_prefix(4);
  }
  return authority;
}

std::string_view spoken_part_of_path(std::string_view word) {
  const bool backslash = word.find('\\') != std::string_view::npos;
  const bool drive = word.size() > 3 && word[1] == ':' && word[2] == '/';
  if (backslash || drive) return of_windows(word);
  if (word.find('/') == std::string_view::npos) return {};
  if (word[0] == '@') {
    const std::string_view mentioned = spoken_part_of_path(word.substr(1));
    return is_file_in_folder(mentioned) ? mentioned : std::string_view{};
  }
  Parts parts;
  if (!split(word, "/", parts)) return {};
  if (is_dots(parts.names.back())) return {};
  if (std::ranges::all_of(parts.names, all_digits)) return {};
  if (parts.rooted) return of_rooted(parts);
  const std::string_view first = parts.names.front();
  if (first == "~" || first[0] == '$')
    return parts.names.size() > 2 ? parts.names.back() : std::string_view{};
  if (is_dots(first) && first.size() <= 2) return parts.names.back();
  return of_relative(parts);
}

}  // namespace streamtts::text
