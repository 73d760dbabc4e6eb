#include "text/abbreviations.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace streamtts::text {

namespace {

using Words = std::string_view;

template <std::size_t N>
constexpr bool sorted(const std::array<Words, N>& words) {
  return std::ranges::is_sorted(words);
}

// All tables are in lower case and in byte order, as the search needs them.
constexpr auto kNeverEnds = std::to_array<Words>({
    "approx", "aprox", "attn", "avv", "bijv", "bkz", "bl.a", "bspw", "bzw", "c.-à-d", "cf", "cfr", "d.h",
    "d.v.s", "d.w.z", "dhr", "dipl", "dott", "dr", "dra", "dvs", "e.g", "eg", "eqn", "eqs", "esim", "esp",
    "evt", "evtl", "excl", "exkl", "f.eks", "fig", "figs", "ggf", "i.a", "i.d.r", "i.e", "i.p.v", "ie",
    "incl", "inkl", "kap", "m.a.w", "m.in", "messrs", "mevr", "mme", "mmes", "mr", "mrs", "n.b", "např",
    "nos", "nr", "nro", "núm", "núms", "o.a", "o.ä", "p.e", "p.ej", "p.es", "p.ex", "pp", "prof", "pág",
    "págs", "resp", "s.k", "s.o", "s.u", "sig.ra", "sog", "sra", "srta", "t.ex", "t.o.v", "tzn", "tzw", "u.a",
    "u.u", "v.a", "vgl", "viz", "vol", "vols", "vs", "z.b", "z.t", "zb", "zzgl", "örn", "π.χ", "акад", "гл",
    "доц", "им", "напр", "просп", "проф", "рис", "см", "ср", "стр", "т.е", "т.к", "т.н", "т.о", "табл", "ул",
});
static_assert(sorted(kNeverEnds));

// Titles that are also common words or units ("5 ms."): only with a capital.
constexpr auto kCapitalTitles = std::to_array<Words>({
    "capt", "col", "ft", "gen", "gov", "hon", "ing", "lt", "maj", "mlle", "mm", "ms", "mt", "rep", "rev",
    "sen", "sgt", "sig", "supt",
});
static_assert(sorted(kCapitalTitles));

// Before a name they open it, after one they close it (St. Ives, Main St.).
constexpr auto kBesideNames = std::to_array<Words>({
    "jr", "sr", "st",
});
static_assert(sorted(kBesideNames));

constexpr auto kNumbered = std::to_array<Words>({
    "abb", "abs", "apt", "art", "bd", "bldg", "ca", "ch", "chap", "eq", "ex", "ext", "kl", "max", "no", "num",
    "orig", "para", "pkt", "prev", "ref", "refs", "rm", "sect", "tbl", "tel", "ver", "č", "ст", "тел",
});
static_assert(sorted(kNumbered));

constexpr auto kUnits = std::to_array<Words>({
    "hr", "hrs", "lb", "lbs", "min", "mins", "oz", "sec", "secs", "std", "stk", "yr", "yrs", "мин", "сек",
});
static_assert(sorted(kUnits));

constexpr auto kMayEnd = std::to_array<Words>({
    "a.d", "a.i", "a.k.a", "a.m", "acct", "al", "apod", "assn", "assoc", "atd", "ave", "avg", "b.a", "b.c",
    "b.sc", "blvd", "bros", "co", "corp", "dept", "e.u", "e.v", "ecc", "ed", "eds", "ee.uu", "enz", "est",
    "etc", "gmbh", "inc", "intl", "jne", "ltd", "m.d", "m.m", "m.sc", "mgmt", "misc", "osv", "p.m", "ph.d",
    "pty", "qty", "rd", "s.a", "s.a.s", "s.r.l", "stb", "str", "u.k", "u.n", "u.s", "u.s.a", "univ", "usw",
    "κ.ά", "κ.λπ", "гг", "др", "и.о", "кв", "корп", "млн", "млрд", "н.э", "обл", "пр", "руб", "т.д", "т.п",
    "тыс",
});
static_assert(sorted(kMayEnd));

// Only with a capital: "mar" and "sun" are words.
constexpr auto kCalendar = std::to_array<Words>({
    "apr", "aug", "dec", "feb", "fri", "jan", "jul", "jun", "mar", "mon", "nov", "oct", "sat", "sep", "sept",
    "sun", "thu", "thur", "thurs", "tue", "tues", "wed",
});
static_assert(sorted(kCalendar));

constexpr std::size_t kLongest = 16;  // bytes; no entry is longer

// Lower case for ASCII, Latin-1, Greek and Cyrillic, in place and without changing the length.
std::string_view fold(std::string_view word, std::array<char, kLongest>& room) {
  for (std::size_t i = 0; i < word.size(); ++i) {
    auto byte = static_cast<unsigned char>(word[i]);
    const unsigned char before = i > 0 ? static_cast<unsigned char>(word[i - 1]) : 0;
    unsigned char& lead = reinterpret_cast<unsigned char&>(room[i > 0 ? i - 1 : 0]);
    if (byte >= 'A' && byte <= 'Z') {
      byte += 'a' - 'A';
    } else if (before == 0xC3 && byte >= 0x80 && byte <= 0x9E) {
      byte += 0x20;  // À..Þ
    } else if (before == 0xD0 && byte >= 0x90 && byte <= 0x9F) {
      byte += 0x20;  // А..П
    } else if (before == 0xD0 && byte >= 0xA0 && byte <= 0xAF) {
      byte -= 0x20;  // Р..Я
      lead = 0xD1;
    }
    room[i] = static_cast<char>(byte);
  }
  return {room.data(), word.size()};
}

bool starts_with_capital(std::string_view word) {
  return word.front() >= 'A' && word.front() <= 'Z';
}

}  // namespace

Abbreviation find_abbreviation(std::string_view word) {
  if (word.empty() || word.size() > kLongest) return Abbreviation::none;
  std::array<char, kLongest> room{};
  const std::string_view folded = fold(word, room);
  const auto in = [folded](const auto& words) { return std::ranges::binary_search(words, folded); };
  if (in(kNeverEnds)) return Abbreviation::never_ends;
  if (in(kMayEnd)) return Abbreviation::may_end;
  if (in(kNumbered)) return Abbreviation::numbered;
  if (in(kUnits)) return Abbreviation::unit;
  if (starts_with_capital(word)) {
    if (in(kCapitalTitles)) return Abbreviation::never_ends;
    if (in(kBesideNames)) return Abbreviation::beside_name;
    if (in(kCalendar)) return Abbreviation::calendar;
  }
  return Abbreviation::none;
}

}  // namespace streamtts::text
