// What csrc/audio uses of macOS's AudioToolbox, so that it compiles where there is none.
#pragma once

#include <CoreAudio/CoreAudio.h>

extern "C" {

typedef struct OpaqueAudioComponent* AudioComponent;
typedef struct ComponentInstanceRecord* AudioComponentInstance;
typedef AudioComponentInstance AudioUnit;
typedef UInt32 AudioUnitPropertyID;
typedef UInt32 AudioUnitScope;
typedef UInt32 AudioUnitElement;

struct AudioComponentDescription {
  OSType componentType;
  OSType componentSubType;
  OSType componentManufacturer;
  UInt32 componentFlags;
  UInt32 componentFlagsMask;
};

CF_ENUM(UInt32){kAudioUnitType_Output = 'auou'};
CF_ENUM(UInt32){kAudioUnitManufacturer_Apple = 'appl'};
CF_ENUM(UInt32){kAudioUnitSubType_HALOutput = 'ahal', kAudioUnitSubType_DefaultOutput = 'def '};

typedef CF_OPTIONS(UInt32, AudioUnitRenderActionFlags) {
  kAudioUnitRenderAction_OutputIsSilence = (1UL << 4)
};

CF_ENUM(OSStatus){kAudioUnitErr_InvalidProperty = -10879,
                  kAudioUnitErr_InvalidElement = -10877,
                  kAudioUnitErr_FailedInitialization = -10875,
                  kAudioUnitErr_TooManyFramesToProcess = -10874,
                  kAudioUnitErr_FormatNotSupported = -10868,
                  kAudioUnitErr_Uninitialized = -10867,
                  kAudioUnitErr_InvalidScope = -10866,
                  kAudioUnitErr_PropertyNotWritable = -10865,
                  kAudioUnitErr_CannotDoInCurrentContext = -10863,
                  kAudioUnitErr_InvalidPropertyValue = -10851,
                  kAudioUnitErr_Initialized = -10849,
                  kAudioUnitErr_Unauthorized = -10847};

CF_ENUM(AudioUnitScope){kAudioUnitScope_Global = 0, kAudioUnitScope_Input = 1, kAudioUnitScope_Output = 2};

CF_ENUM(AudioUnitPropertyID){kAudioUnitProperty_StreamFormat = 8,
                             kAudioUnitProperty_MaximumFramesPerSlice = 14,
                             kAudioUnitProperty_SetRenderCallback = 23};
CF_ENUM(AudioUnitPropertyID){kAudioOutputUnitProperty_CurrentDevice = 2000};

typedef OSStatus (*AURenderCallback)(void* inRefCon, AudioUnitRenderActionFlags* ioActionFlags,
                                     const AudioTimeStamp* inTimeStamp, UInt32 inBusNumber,
                                     UInt32 inNumberFrames, AudioBufferList* ioData) CA_REALTIME_API;

struct AURenderCallbackStruct {
  AURenderCallback inputProc;
  void* inputProcRefCon;
};

AudioComponent AudioComponentFindNext(AudioComponent inComponent, const AudioComponentDescription* inDesc);
OSStatus AudioComponentInstanceNew(AudioComponent inComponent, AudioComponentInstance* outInstance);
OSStatus AudioComponentInstanceDispose(AudioComponentInstance inInstance);
OSStatus AudioUnitInitialize(AudioUnit inUnit);
OSStatus AudioUnitUninitialize(AudioUnit inUnit);
OSStatus AudioUnitGetProperty(AudioUnit inUnit, AudioUnitPropertyID inID, AudioUnitScope inScope,
                              AudioUnitElement inElement, void* outData, UInt32* ioDataSize);
OSStatus AudioUnitSetProperty(AudioUnit inUnit, AudioUnitPropertyID inID, AudioUnitScope inScope,
                              AudioUnitElement inElement, const void* inData, UInt32 inDataSize);
OSStatus AudioOutputUnitStart(AudioUnit ci);
OSStatus AudioOutputUnitStop(AudioUnit ci);

}  // extern "C"
