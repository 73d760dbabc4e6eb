// Conversions that the compiler calls where the processor has no instruction for them: to nearest, ties to
// even.
namespace {
unsigned bits_of(float value) {
  return __builtin_bit_cast(unsigned, value);
}
float float_of(unsigned bits) {
  return __builtin_bit_cast(float, bits);
}
}  // namespace

extern "C" {
__bf16 __truncsfbf2(float value) {
  const unsigned bits = bits_of(value);
  if ((bits & 0x7FFFFFFFu) > 0x7F800000u)
    return __builtin_bit_cast(__bf16, static_cast<unsigned short>(bits >> 16 | 0x40u));
  return __builtin_bit_cast(__bf16, static_cast<unsigned short>((bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16));
}

_Float16 __truncsfhf2(float value) {
  const unsigned bits = bits_of(value), sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7FFFFFFFu;
  unsigned made;
  if (magnitude > 0x7F800000u) {
    made = 0x7E00u;
  } else if (magnitude >= 0x477FF000u) {  // what rounds to more than the largest half
    made = 0x7C00u;
  } else if (magnitude < 0x38800000u) {  // subnormal: adding 0.5 leaves the half's bits at the end
    made = bits_of(float_of(magnitude) + 0.5f) - bits_of(0.5f);
  } else {
    made = (magnitude - 0x38000000u + 0xFFFu + (magnitude >> 13 & 1u)) >> 13;
  }
  return __builtin_bit_cast(_Float16, static_cast<unsigned short>(sign | made));
}

float __extendhfsf2(_Float16 value) {
  const unsigned bits = __builtin_bit_cast(unsigned short, value);
  const unsigned sign = (bits & 0x8000u) << 16, magnitude = bits & 0x7FFFu;
  if (magnitude >= 0x7C00u) return float_of(sign | 0x7F800000u | (magnitude & 0x3FFu) << 13);
  if (magnitude >= 0x400u) return float_of(sign | ((magnitude << 13) + 0x38000000u));
  const float small = static_cast<float>(magnitude) * 0x1p-24f;
  return float_of(sign | bits_of(small));
}
}
