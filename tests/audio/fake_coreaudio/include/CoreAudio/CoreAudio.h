// What csrc/audio uses of macOS's CoreAudio and CoreAudioTypes, so that it compiles where there is none.
#pragma once

#include <CoreFoundation/CoreFoundation.h>

#if defined(__clang__) && __clang_major__ >= 20
#define CA_REALTIME_API [[clang::nonblocking]]
#else
#define CA_REALTIME_API
#endif

extern "C" {

typedef UInt32 AudioObjectID;
typedef UInt32 AudioObjectPropertySelector;
typedef UInt32 AudioObjectPropertyScope;
typedef UInt32 AudioObjectPropertyElement;
typedef UInt32 AudioFormatID;
typedef UInt32 AudioFormatFlags;

struct AudioObjectPropertyAddress {
  AudioObjectPropertySelector mSelector;
  AudioObjectPropertyScope mScope;
  AudioObjectPropertyElement mElement;
};

struct AudioValueRange {
  Float64 mMinimum;
  Float64 mMaximum;
};

struct AudioBuffer {
  UInt32 mNumberChannels;
  UInt32 mDataByteSize;
  void* mData;
};

struct AudioBufferList {
  UInt32 mNumberBuffers;
  AudioBuffer mBuffers[1];
};

struct AudioStreamBasicDescription {
  Float64 mSampleRate;
  AudioFormatID mFormatID;
  AudioFormatFlags mFormatFlags;
  UInt32 mBytesPerPacket;
  UInt32 mFramesPerPacket;
  UInt32 mBytesPerFrame;
  UInt32 mChannelsPerFrame;
  UInt32 mBitsPerChannel;
  UInt32 mReserved;
};

struct SMPTETime {
  SInt16 mSubframes;
  SInt16 mSubframeDivisor;
  UInt32 mCounter;
  UInt32 mType;
  UInt32 mFlags;
  SInt16 mHours;
  SInt16 mMinutes;
  SInt16 mSeconds;
  SInt16 mFrames;
};

struct AudioTimeStamp {
  Float64 mSampleTime;
  UInt64 mHostTime;
  Float64 mRateScalar;
  UInt64 mWordClockTime;
  SMPTETime mSMPTETime;
  UInt32 mFlags;
  UInt32 mReserved;
};

CF_ENUM(OSStatus){kAudioHardwareNotRunningError = 'stop',
                  kAudioHardwareUnspecifiedError = 'what',
                  kAudioHardwareUnknownPropertyError = 'who?',
                  kAudioHardwareBadPropertySizeError = '!siz',
                  kAudioHardwareIllegalOperationError = 'nope',
                  kAudioHardwareBadObjectError = '!obj',
                  kAudioHardwareBadDeviceError = '!dev',
                  kAudioHardwareBadStreamError = '!str',
                  kAudioHardwareUnsupportedOperationError = 'unop',
                  kAudioHardwareNotReadyError = 'nrdy',
                  kAudioDeviceUnsupportedFormatError = '!dat',
                  kAudioDevicePermissionsError = '!hog'};

CF_ENUM(AudioObjectID){kAudioObjectUnknown = 0};
CF_ENUM(int){kAudioObjectSystemObject = 1};

CF_ENUM(AudioObjectPropertyScope){kAudioObjectPropertyScopeGlobal = 'glob',
                                  kAudioObjectPropertyScopeOutput = 'outp',
                                  kAudioObjectPropertyElementMain = 0};

CF_ENUM(AudioObjectPropertySelector){kAudioHardwarePropertyDevices = 'dev#',
                                     kAudioHardwarePropertyDefaultOutputDevice = 'dOut',
                                     kAudioHardwarePropertyServiceRestarted = 'srst'};
CF_ENUM(AudioObjectPropertySelector){kAudioHardwarePropertyRunLoop = 'rnlp'};
CF_ENUM(AudioObjectPropertySelector){kAudioObjectPropertyName = 'lnam'};
CF_ENUM(AudioObjectPropertySelector){
    kAudioDevicePropertyDeviceUID = 'uid ',    kAudioDevicePropertyDeviceIsAlive = 'livn',
    kAudioDevicePropertyLatency = 'ltnc',      kAudioDevicePropertyStreams = 'stm#',
    kAudioDevicePropertySafetyOffset = 'saft', kAudioDevicePropertyNominalSampleRate = 'nsrt',
    kAudioDevicePropertyIsHidden = 'hidn'};
CF_ENUM(AudioObjectPropertySelector){
    kAudioDeviceProcessorOverload = 'over', kAudioDevicePropertyIOStoppedAbnormally = 'stpd',
    kAudioDevicePropertyBufferFrameSize = 'fsiz', kAudioDevicePropertyBufferFrameSizeRange = 'fsz#'};
CF_ENUM(AudioObjectPropertySelector){kAudioStreamPropertyLatency = kAudioDevicePropertyLatency};

CF_ENUM(AudioFormatID){kAudioFormatLinearPCM = 'lpcm'};
CF_ENUM(AudioFormatFlags){kAudioFormatFlagIsFloat = (1U << 0), kAudioFormatFlagIsPacked = (1U << 3),
                          kAudioFormatFlagIsNonInterleaved = (1U << 5)};
CF_ENUM(AudioFormatFlags){kAudioFormatFlagsNativeEndian = 0,
                          kAudioFormatFlagsNativeFloatPacked = kAudioFormatFlagIsFloat |
                                                               kAudioFormatFlagsNativeEndian |
                                                               kAudioFormatFlagIsPacked};

typedef OSStatus (*AudioObjectPropertyListenerProc)(AudioObjectID inObjectID, UInt32 inNumberAddresses,
                                                    const AudioObjectPropertyAddress* inAddresses,
                                                    void* inClientData);

OSStatus AudioObjectGetPropertyDataSize(AudioObjectID inObjectID, const AudioObjectPropertyAddress* inAddress,
                                        UInt32 inQualifierDataSize, const void* inQualifierData,
                                        UInt32* outDataSize);
OSStatus AudioObjectGetPropertyData(AudioObjectID inObjectID, const AudioObjectPropertyAddress* inAddress,
                                    UInt32 inQualifierDataSize, const void* inQualifierData,
                                    UInt32* ioDataSize, void* outData);
OSStatus AudioObjectSetPropertyData(AudioObjectID inObjectID, const AudioObjectPropertyAddress* inAddress,
                                    UInt32 inQualifierDataSize, const void* inQualifierData,
                                    UInt32 inDataSize, const void* inData);
OSStatus AudioObjectAddPropertyListener(AudioObjectID inObjectID, const AudioObjectPropertyAddress* inAddress,
                                        AudioObjectPropertyListenerProc inListener, void* inClientData);
OSStatus AudioObjectRemovePropertyListener(AudioObjectID inObjectID,
                                           const AudioObjectPropertyAddress* inAddress,
                                           AudioObjectPropertyListenerProc inListener, void* inClientData);

}  // extern "C"
