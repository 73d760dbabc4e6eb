// What csrc/audio uses of macOS's CoreFoundation, so that it compiles where there is none.
#pragma once

#ifdef __APPLE__
#include <MacTypes.h>
#else
typedef unsigned char Boolean;
typedef unsigned int UInt32;
typedef int SInt32;
typedef unsigned long long UInt64;
typedef short SInt16;
typedef float Float32;
typedef double Float64;
typedef SInt32 OSStatus;
typedef UInt32 OSType;
enum { noErr = 0 };
#endif

#define CF_ENUM(type) enum : type
#define CF_OPTIONS(type, name) \
  type name;                   \
  enum : type

extern "C" {

typedef long CFIndex;
typedef const void* CFTypeRef;
typedef const struct __CFString* CFStringRef;
typedef struct __CFRunLoop* CFRunLoopRef;
typedef UInt32 CFStringEncoding;

CF_ENUM(CFStringEncoding){kCFStringEncodingUTF8 = 0x08000100};

void CFRelease(CFTypeRef cf);
CFIndex CFStringGetLength(CFStringRef theString);
CFIndex CFStringGetMaximumSizeForEncoding(CFIndex length, CFStringEncoding encoding);
Boolean CFStringGetCString(CFStringRef theString, char* buffer, CFIndex bufferSize,
                           CFStringEncoding encoding);

}  // extern "C"
