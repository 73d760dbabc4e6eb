#include "text/markdown/code_language.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "text/unicode.hpp"

namespace streamtts::text {
namespace {

using Kind = CodeLanguage::Kind;

struct Named {
  constexpr Named(std::string_view t, std::string_view n) : tag(t), noun(n) {}
  std::string_view tag;
  std::string_view noun;
};

constexpr std::array kNamed = std::to_array<Named>({{"ada", "Ada code"},
                                                    {"applescript", "AppleScript code"},
                                                    {"asm", "Assembly code"},
                                                    {"assembly", "Assembly code"},
                                                    {"astro", "Astro code"},
                                                    {"awk", "Awk code"},
                                                    {"bash", "Shell commands"},
                                                    {"bat", "Batch commands"},
                                                    {"batch", "Batch commands"},
                                                    {"c", "C code"},
                                                    {"c#", "C# code"},
                                                    {"c++", "C++ code"},
                                                    {"cc", "C++ code"},
                                                    {"cfg", "Configuration"},
                                                    {"cjs", "JavaScript code"},
                                                    {"clj", "Clojure code"},
                                                    {"clojure", "Clojure code"},
                                                    {"cmake", "CMake code"},
                                                    {"cmd", "Batch commands"},
                                                    {"conf", "Configuration"},
                                                    {"console", "Shell commands"},
                                                    {"cpp", "C++ code"},
                                                    {"cs", "C# code"},
                                                    {"csharp", "C# code"},
                                                    {"css", "CSS code"},
                                                    {"csv", "CSV data"},
                                                    {"cu", "CUDA code"},
                                                    {"cuda", "CUDA code"},
                                                    {"cxx", "C++ code"},
                                                    {"cython", "Cython code"},
                                                    {"dart", "Dart code"},
                                                    {"docker", "Dockerfile"},
                                                    {"dockerfile", "Dockerfile"},
                                                    {"dotenv", "Configuration"},
                                                    {"elixir", "Elixir code"},
                                                    {"elm", "Elm code"},
                                                    {"env", "Configuration"},
                                                    {"erl", "Erlang code"},
                                                    {"erlang", "Erlang code"},
                                                    {"ex", "Elixir code"},
                                                    {"exs", "Elixir code"},
                                                    {"f#", "F# code"},
                                                    {"fish", "Shell commands"},
                                                    {"fortran", "Fortran code"},
                                                    {"fs", "F# code"},
                                                    {"fsharp", "F# code"},
                                                    {"glsl", "GLSL code"},
                                                    {"go", "Go code"},
                                                    {"golang", "Go code"},
                                                    {"gradle", "Gradle code"},
                                                    {"graphql", "GraphQL code"},
                                                    {"groovy", "Groovy code"},
                                                    {"h", "C code"},
                                                    {"haskell", "Haskell code"},
                                                    {"hcl", "HCL code"},
                                                    {"hlsl", "HLSL code"},
                                                    {"hpp", "C++ code"},
                                                    {"hs", "Haskell code"},
                                                    {"html", "HTML code"},
                                                    {"http", "HTTP message"},
                                                    {"ini", "Configuration"},
                                                    {"java", "Java code"},
                                                    {"javascript", "JavaScript code"},
                                                    {"jinja", "Jinja code"},
                                                    {"jl", "Julia code"},
                                                    {"js", "JavaScript code"},
                                                    {"json", "JSON code"},
                                                    {"json5", "JSON code"},
                                                    {"jsonc", "JSON code"},
                                                    {"jsonl", "JSON code"},
                                                    {"jsx", "JSX code"},
                                                    {"julia", "Julia code"},
                                                    {"kotlin", "Kotlin code"},
                                                    {"ksh", "Shell commands"},
                                                    {"kt", "Kotlin code"},
                                                    {"kts", "Kotlin code"},
                                                    {"latex", "LaTeX code"},
                                                    {"less", "Less code"},
                                                    {"lisp", "Lisp code"},
                                                    {"log", "Log output"},
                                                    {"lua", "Lua code"},
                                                    {"make", "Makefile"},
                                                    {"makefile", "Makefile"},
                                                    {"markdown", "Markdown text"},
                                                    {"matlab", "Matlab code"},
                                                    {"md", "Markdown text"},
                                                    {"mdx", "MDX code"},
                                                    {"metal", "Metal code"},
                                                    {"mjs", "JavaScript code"},
                                                    {"ml", "OCaml code"},
                                                    {"mts", "TypeScript code"},
                                                    {"nginx", "Configuration"},
                                                    {"nim", "Nim code"},
                                                    {"nix", "Nix code"},
                                                    {"objc", "Objective-C code"},
                                                    {"objective-c", "Objective-C code"},
                                                    {"objectivec", "Objective-C code"},
                                                    {"ocaml", "OCaml code"},
                                                    {"output", "Output"},
                                                    {"perl", "Perl code"},
                                                    {"php", "PHP code"},
                                                    {"pl", "Perl code"},
                                                    {"plain", "Text"},
                                                    {"plaintext", "Text"},
                                                    {"plist", "XML code"},
                                                    {"postgres", "SQL code"},
                                                    {"postgresql", "SQL code"},
                                                    {"powershell", "PowerShell commands"},
                                                    {"properties", "Configuration"},
                                                    {"proto", "Protobuf code"},
                                                    {"protobuf", "Protobuf code"},
                                                    {"ps1", "PowerShell commands"},
                                                    {"pwsh", "PowerShell commands"},
                                                    {"py", "Python code"},
                                                    {"py3", "Python code"},
                                                    {"pycon", "Python session"},
                                                    {"python", "Python code"},
                                                    {"python3", "Python code"},
                                                    {"r", "R code"},
                                                    {"rb", "Ruby code"},
                                                    {"regex", "Regular expression"},
                                                    {"rs", "Rust code"},
                                                    {"rst", "reStructuredText"},
                                                    {"ruby", "Ruby code"},
                                                    {"rust", "Rust code"},
                                                    {"sass", "Sass code"},
                                                    {"scala", "Scala code"},
                                                    {"scheme", "Scheme code"},
                                                    {"scss", "SCSS code"},
                                                    {"sh", "Shell commands"},
                                                    {"shell", "Shell commands"},
                                                    {"shell-session", "Shell commands"},
                                                    {"shellsession", "Shell commands"},
                                                    {"sol", "Solidity code"},
                                                    {"solidity", "Solidity code"},
                                                    {"sql", "SQL code"},
                                                    {"sqlite", "SQL code"},
                                                    {"svelte", "Svelte code"},
                                                    {"svg", "SVG code"},
                                                    {"swift", "Swift code"},
                                                    {"terminal", "Shell commands"},
                                                    {"terraform", "Terraform code"},
                                                    {"tex", "LaTeX code"},
                                                    {"text", "Text"},
                                                    {"tf", "Terraform code"},
                                                    {"toml", "TOML code"},
                                                    {"ts", "TypeScript code"},
                                                    {"tsv", "TSV data"},
                                                    {"tsx", "TSX code"},
                                                    {"txt", "Text"},
                                                    {"typescript", "TypeScript code"},
                                                    {"vb", "Visual Basic code"},
                                                    {"verilog", "Verilog code"},
                                                    {"vim", "Vim script"},
                                                    {"vue", "Vue code"},
                                                    {"wasm", "WebAssembly code"},
                                                    {"wat", "WebAssembly code"},
                                                    {"wgsl", "WGSL code"},
                                                    {"xml", "XML code"},
                                                    {"yaml", "YAML code"},
                                                    {"yml", "YAML code"},
                                                    {"zig", "Zig code"},
                                                    {"zsh", "Shell commands"}});

static_assert(std::ranges::is_sorted(kNamed, [](const Named& a, const Named& b) { return a.tag < b.tag; }));

constexpr std::array kDiagrams =
    std::to_array<std::string_view>({"d2", "dot", "graphviz", "mermaid", "plantuml", "puml"});

// "{.python}", "language-py", "src/app.py", "12:30:src/app.ts", "python,ignore" -> the tag.
std::string tag_of(std::string_view info) {
  const std::size_t begin = info.find_first_not_of(" \t{.");
  if (begin == std::string_view::npos) return {};
  info = info.substr(begin);
  info = info.substr(0, info.find_first_of(" \t,{}=[("));
  if (info.starts_with("language-")) info.remove_prefix(9);
  const std::size_t path = info.find_last_of("/:");
  if (path != std::string_view::npos) {
    const std::string_view behind = info.substr(path + 1);
    info = info.find('/') != std::string_view::npos || behind.find('.') != std::string_view::npos
               ? behind
               : info.substr(0, info.find(':'));
  }
  const std::size_t dot = info.rfind('.');
  if (dot != std::string_view::npos) info = info.substr(dot + 1);
  std::string tag;
  for (const unsigned char c : info.substr(0, 24)) tag.push_back(static_cast<char>(ascii_lower(c)));
  return tag;
}

}  // namespace

CodeLanguage code_language(std::string_view info) {
  const std::string tag = tag_of(info);
  if (tag == "diff" || tag == "patch") return {.kind = Kind::diff, .noun = "Diff", .known = true};
  if (std::ranges::find(kDiagrams, tag) != kDiagrams.end())
    return {.kind = Kind::diagram, .noun = "Diagram", .known = true};
  const auto* found = std::ranges::lower_bound(kNamed, std::string_view(tag), {}, &Named::tag);
  if (found == kNamed.end() || found->tag != tag) return {};
  const bool markdown = tag == "md" || tag == "markdown" || tag == "mdx";
  return {.kind = markdown ? Kind::markdown : Kind::code, .noun = found->noun, .known = true};
}

std::string code_notice(std::string_view noun, std::size_t lines) {
  return std::string(noun) + ", " + std::to_string(lines) + (lines == 1 ? " line." : " lines.");
}

}  // namespace streamtts::text
