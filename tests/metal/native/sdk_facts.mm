// What csrc/metal takes for granted of Metal: on a Mac checked against Apple's headers, elsewhere against
// ours.
#import <Foundation/Foundation.h>
#import <Metal/Metal.h>

#include <type_traits>

#pragma clang diagnostic ignored "-Wunguarded-availability-new"

static_assert(MTLGPUFamilyApple1 == 1001);
static_assert(MTLLanguageVersion3_1 == (3 << 16) + 1);
static_assert(MTLCommandBufferStatusCompleted == 4);
static_assert(MTLBindingTypeBuffer == 0);
static_assert(MTLResourceStorageModeShared == 0);
static_assert(NSUTF8StringEncoding == 4);

// The passing of arguments is a part of every message.
static_assert(sizeof(NSInteger) == 8 && std::is_signed_v<NSInteger>);
static_assert(sizeof(NSUInteger) == 8 && std::is_unsigned_v<NSUInteger>);
static_assert(sizeof(BOOL) == 1);
static_assert(sizeof(MTLSize) == 24);
static_assert(sizeof(NSOperatingSystemVersion) == 24);
static_assert(sizeof(MTLGPUFamily) == 8 && std::is_signed_v<std::underlying_type_t<MTLGPUFamily>>);
static_assert(sizeof(MTLLanguageVersion) == 8);
static_assert(sizeof(MTLCommandBufferStatus) == 8);
static_assert(sizeof(MTLPipelineOption) == 8);
static_assert(sizeof(MTLResourceOptions) == 8);
static_assert(std::is_same_v<CFTimeInterval, double>);
static_assert(std::is_same_v<decltype([]() { return MTLSizeMake(1, 2, 3); }()), MTLSize>);
