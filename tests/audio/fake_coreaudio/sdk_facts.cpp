// What our stub headers claim, and what csrc/audio relies on: true of the stub here, of the real SDK on a
// Mac.
#include <AudioToolbox/AudioToolbox.h>
#include <CoreAudio/CoreAudio.h>
#include <CoreFoundation/CoreFoundation.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace {

constexpr std::uint32_t code(const char (&letters)[5]) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = (value << 8U) | static_cast<unsigned char>(letters[i]);
  return value;
}

constexpr OSStatus status(const char (&letters)[5]) {
  return static_cast<OSStatus>(code(letters));
}

static_assert(std::is_same_v<UInt32, std::uint32_t> && std::is_same_v<OSStatus, std::int32_t>);
static_assert(std::is_same_v<AudioObjectID, UInt32> && std::is_same_v<Float64, double>);
static_assert(std::is_same_v<CFIndex, long> && std::is_same_v<Boolean, unsigned char>);
static_assert(noErr == 0 && kAudioObjectUnknown == 0 && kAudioObjectSystemObject == 1);
static_assert(kCFStringEncodingUTF8 == 0x08000100);

static_assert(sizeof(AudioObjectPropertyAddress) == 12 && sizeof(AudioValueRange) == 16);
static_assert(sizeof(AudioStreamBasicDescription) == 40);
static_assert(offsetof(AudioStreamBasicDescription, mBitsPerChannel) == 32);
static_assert(sizeof(AudioBuffer) == 16 && offsetof(AudioBuffer, mData) == 8);
static_assert(sizeof(AudioBufferList) == 24 && offsetof(AudioBufferList, mBuffers) == 8);
static_assert(sizeof(AudioTimeStamp) == 64 && sizeof(AURenderCallbackStruct) == 16);
static_assert(sizeof(AudioComponentDescription) == 20 && sizeof(AudioUnitRenderActionFlags) == 4);

static_assert(kAudioObjectPropertyScopeGlobal == code("glob") &&
              kAudioObjectPropertyScopeOutput == code("outp"));
static_assert(kAudioObjectPropertyElementMain == 0 && kAudioObjectPropertyName == code("lnam"));
static_assert(kAudioHardwarePropertyDevices == code("dev#"));
static_assert(kAudioHardwarePropertyDefaultOutputDevice == code("dOut"));
static_assert(kAudioHardwarePropertyServiceRestarted == code("srst"));
static_assert(kAudioHardwarePropertyRunLoop == code("rnlp"));
static_assert(kAudioDevicePropertyDeviceUID == code("uid ") && kAudioDevicePropertyIsHidden == code("hidn"));
static_assert(kAudioDevicePropertyDeviceIsAlive == code("livn"));
static_assert(kAudioDevicePropertyLatency == code("ltnc") && kAudioStreamPropertyLatency == code("ltnc"));
static_assert(kAudioDevicePropertySafetyOffset == code("saft") &&
              kAudioDevicePropertyStreams == code("stm#"));
static_assert(kAudioDevicePropertyNominalSampleRate == code("nsrt"));
static_assert(kAudioDevicePropertyBufferFrameSize == code("fsiz"));
static_assert(kAudioDevicePropertyBufferFrameSizeRange == code("fsz#"));
static_assert(kAudioDeviceProcessorOverload == code("over"));
static_assert(kAudioDevicePropertyIOStoppedAbnormally == code("stpd"));

static_assert(kAudioUnitType_Output == code("auou") && kAudioUnitManufacturer_Apple == code("appl"));
static_assert(kAudioUnitSubType_HALOutput == code("ahal") && kAudioUnitSubType_DefaultOutput == code("def "));
static_assert(kAudioUnitScope_Global == 0 && kAudioUnitScope_Input == 1);
static_assert(kAudioUnitProperty_StreamFormat == 8 && kAudioUnitProperty_MaximumFramesPerSlice == 14);
static_assert(kAudioUnitProperty_SetRenderCallback == 23 && kAudioOutputUnitProperty_CurrentDevice == 2000);
static_assert(kAudioUnitRenderAction_OutputIsSilence == 16);
static_assert(kAudioFormatLinearPCM == code("lpcm") && kAudioFormatFlagsNativeFloatPacked == 9);
static_assert(kAudioFormatFlagIsNonInterleaved == 32);

static_assert(kAudioHardwareNotRunningError == status("stop") &&
              kAudioHardwareNotReadyError == status("nrdy"));
static_assert(kAudioHardwareBadObjectError == status("!obj") &&
              kAudioHardwareBadDeviceError == status("!dev"));
static_assert(kAudioHardwareBadStreamError == status("!str") &&
              kAudioDevicePermissionsError == status("!hog"));
static_assert(kAudioDeviceUnsupportedFormatError == status("!dat"));
static_assert(kAudioHardwareUnknownPropertyError == status("who?"));
static_assert(kAudioHardwareUnsupportedOperationError == status("unop"));
static_assert(kAudioUnitErr_FormatNotSupported == -10868 && kAudioUnitErr_InvalidProperty == -10879);
static_assert(kAudioUnitErr_InvalidPropertyValue == -10851 && kAudioUnitErr_PropertyNotWritable == -10865);
static_assert(kAudioUnitErr_FailedInitialization == -10875 && kAudioUnitErr_Unauthorized == -10847);
static_assert(kAudioUnitErr_CannotDoInCurrentContext == -10863);

template <class Function, class Pointer>
constexpr bool is_a = std::is_same_v<Function, Pointer>;

using Address = const AudioObjectPropertyAddress*;
using Listen = OSStatus (*)(AudioObjectID, Address, AudioObjectPropertyListenerProc, void*);
static_assert(is_a<AudioObjectPropertyListenerProc, OSStatus (*)(AudioObjectID, UInt32, Address, void*)>);
static_assert(is_a<decltype(&AudioObjectAddPropertyListener), Listen>);
static_assert(is_a<decltype(&AudioObjectRemovePropertyListener), Listen>);
static_assert(is_a<decltype(&AudioObjectGetPropertyDataSize),
                   OSStatus (*)(AudioObjectID, Address, UInt32, const void*, UInt32*)>);
static_assert(is_a<decltype(&AudioObjectGetPropertyData),
                   OSStatus (*)(AudioObjectID, Address, UInt32, const void*, UInt32*, void*)>);
static_assert(is_a<decltype(&AudioObjectSetPropertyData),
                   OSStatus (*)(AudioObjectID, Address, UInt32, const void*, UInt32, const void*)>);

static_assert(is_a<decltype(&AudioComponentFindNext),
                   AudioComponent (*)(AudioComponent, const AudioComponentDescription*)>);
static_assert(
    is_a<decltype(&AudioComponentInstanceNew), OSStatus (*)(AudioComponent, AudioComponentInstance*)>);
static_assert(is_a<decltype(&AudioComponentInstanceDispose), OSStatus (*)(AudioComponentInstance)>);
static_assert(is_a<AudioUnit, AudioComponentInstance> && std::is_pointer_v<AudioUnit>);
static_assert(is_a<decltype(&AudioUnitInitialize), OSStatus (*)(AudioUnit)>);
static_assert(is_a<decltype(&AudioUnitUninitialize), OSStatus (*)(AudioUnit)>);
static_assert(is_a<decltype(&AudioOutputUnitStart), OSStatus (*)(AudioUnit)>);
static_assert(is_a<decltype(&AudioOutputUnitStop), OSStatus (*)(AudioUnit)>);
static_assert(
    is_a<decltype(&AudioUnitGetProperty),
         OSStatus (*)(AudioUnit, AudioUnitPropertyID, AudioUnitScope, AudioUnitElement, void*, UInt32*)>);
static_assert(
    is_a<decltype(&AudioUnitSetProperty), OSStatus (*)(AudioUnit, AudioUnitPropertyID, AudioUnitScope,
                                                       AudioUnitElement, const void*, UInt32)>);

static_assert(is_a<decltype(&CFRelease), void (*)(CFTypeRef)>);
static_assert(is_a<decltype(&CFStringGetLength), CFIndex (*)(CFStringRef)>);
static_assert(is_a<decltype(&CFStringGetMaximumSizeForEncoding), CFIndex (*)(CFIndex, CFStringEncoding)>);
static_assert(
    is_a<decltype(&CFStringGetCString), Boolean (*)(CFStringRef, char*, CFIndex, CFStringEncoding)>);

}  // namespace
