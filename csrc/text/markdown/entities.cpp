#include "text/markdown/entities.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "text/unicode.hpp"

namespace streamtts::text {
namespace {

struct Named {
  constexpr Named(std::string_view n, char32_t c) : name(n), code(c) {}
  std::string_view name;
  char32_t code;
};

constexpr std::array kNamed = std::to_array<Named>(
    {{"AMP", '&'},       {"Aacute", 0xC1},   {"Agrave", 0xC0},  {"Alpha", 0x391},   {"Auml", 0xC4},
     {"Beta", 0x392},    {"Ccedil", 0xC7},   {"Delta", 0x394},  {"Eacute", 0xC9},   {"GT", '>'},
     {"Gamma", 0x393},   {"LT", '<'},        {"Lambda", 0x39B}, {"Omega", 0x3A9},   {"Ouml", 0xD6},
     {"Phi", 0x3A6},     {"Pi", 0x3A0},      {"QUOT", '"'},     {"Sigma", 0x3A3},   {"Theta", 0x398},
     {"Uuml", 0xDC},     {"aacute", 0xE1},   {"acirc", 0xE2},   {"agrave", 0xE0},   {"alpha", 0x3B1},
     {"amp", '&'},       {"apos", '\''},     {"aring", 0xE5},   {"ast", '*'},       {"asymp", 0x2248},
     {"atilde", 0xE3},   {"auml", 0xE4},     {"bdquo", 0x201E}, {"beta", 0x3B2},    {"bsol", '\\'},
     {"bull", 0x2022},   {"ccedil", 0xE7},   {"cent", 0xA2},    {"check", 0x2713},  {"colon", ':'},
     {"comma", ','},     {"copy", 0xA9},     {"cross", 0x2717}, {"curren", 0xA4},   {"dagger", 0x2020},
     {"darr", 0x2193},   {"deg", 0xB0},      {"delta", 0x3B4},  {"divide", 0xF7},   {"dollar", '$'},
     {"eacute", 0xE9},   {"ecirc", 0xEA},    {"egrave", 0xE8},  {"emsp", 0x2003},   {"ensp", 0x2002},
     {"epsilon", 0x3B5}, {"equals", '='},    {"equiv", 0x2261}, {"eta", 0x3B7},     {"euml", 0xEB},
     {"euro", 0x20AC},   {"excl", '!'},      {"frac12", 0xBD},  {"frac14", 0xBC},   {"frac34", 0xBE},
     {"gamma", 0x3B3},   {"ge", 0x2265},     {"grave", '`'},    {"gt", '>'},        {"half", 0xBD},
     {"harr", 0x2194},   {"hellip", 0x2026}, {"iacute", 0xED},  {"icirc", 0xEE},    {"iexcl", 0xA1},
     {"infin", 0x221E},  {"iquest", 0xBF},   {"iuml", 0xEF},    {"lambda", 0x3BB},  {"laquo", 0xAB},
     {"larr", 0x2190},   {"lbrace", '{'},    {"lbrack", '['},   {"lcub", '{'},      {"ldquo", 0x201C},
     {"le", 0x2264},     {"lowbar", '_'},    {"lpar", '('},     {"lsaquo", 0x2039}, {"lsqb", '['},
     {"lsquo", 0x2018},  {"lt", '<'},        {"mdash", 0x2014}, {"micro", 0xB5},    {"middot", 0xB7},
     {"minus", 0x2212},  {"mu", 0x3BC},      {"nbsp", 0xA0},    {"ndash", 0x2013},  {"ne", 0x2260},
     {"not", 0xAC},      {"ntilde", 0xF1},   {"num", '#'},      {"oacute", 0xF3},   {"ocirc", 0xF4},
     {"oelig", 0x153},   {"omega", 0x3C9},   {"oslash", 0xF8},  {"otilde", 0xF5},   {"ouml", 0xF6},
     {"para", 0xB6},     {"percnt", '%'},    {"period", '.'},   {"permil", 0x2030}, {"phi", 0x3C6},
     {"pi", 0x3C0},      {"plus", '+'},      {"plusmn", 0xB1},  {"pound", 0xA3},    {"prime", 0x2032},
     {"quest", '?'},     {"quot", '"'},      {"raquo", 0xBB},   {"rarr", 0x2192},   {"rbrace", '}'},
     {"rbrack", ']'},    {"rcub", '}'},      {"rdquo", 0x201D}, {"reg", 0xAE},      {"rpar", ')'},
     {"rsaquo", 0x203A}, {"rsqb", ']'},      {"rsquo", 0x2019}, {"sbquo", 0x201A},  {"sect", 0xA7},
     {"semi", ';'},      {"shy", 0xAD},      {"sigma", 0x3C3},  {"sol", '/'},       {"sum", 0x2211},
     {"sup2", 0xB2},     {"sup3", 0xB3},     {"szlig", 0xDF},   {"tau", 0x3C4},     {"theta", 0x3B8},
     {"thinsp", 0x2009}, {"times", 0xD7},    {"trade", 0x2122}, {"uacute", 0xFA},   {"uarr", 0x2191},
     {"ucirc", 0xFB},    {"ugrave", 0xF9},   {"uuml", 0xFC},    {"verbar", '|'},    {"vert", '|'},
     {"yen", 0xA5},      {"zwj", 0x200D},    {"zwnj", 0x200C}});

static_assert(std::ranges::is_sorted(kNamed, [](const Named& a, const Named& b) { return a.name < b.name; }));

constexpr int digit_value(unsigned char c) {
  if (is_ascii_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;
}

char32_t numeric(std::string_view digits) {
  unsigned base = 10;
  if (!digits.empty() && (digits[0] == 'x' || digits[0] == 'X')) {
    base = 16;
    digits.remove_prefix(1);
  }
  if (digits.empty() || digits.size() > (base == 10 ? 7 : 6)) return 0;
  char32_t code = 0;
  for (const unsigned char c : digits) {
    const auto value = static_cast<unsigned>(digit_value(c));
    if (value >= base) return 0;
    code = code * base + value;
    if (code > 0x10FFFF) return kReplacement;
  }
  return code == 0 || (code >= 0xD800 && code <= 0xDFFF) ? kReplacement : code;
}

}  // namespace

char32_t entity(std::string_view name) {
  if (!name.empty() && name[0] == '#') return numeric(name.substr(1));
  const auto* found = std::ranges::lower_bound(kNamed, name, {}, &Named::name);
  return found != kNamed.end() && found->name == name ? found->code : 0;
}

}  // namespace streamtts::text
