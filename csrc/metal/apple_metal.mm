// The only file that names Apple's Metal.
#import <Foundation/Foundation.h>
#import <Metal/Metal.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <map>
#include <mutex>
#include <type_traits>
#include <utility>

#include "error.hpp"
#include "metal/launch.hpp"
#include "metal/metal.hpp"

// compile() has looked at the system before anything newer than the oldest of them is asked for.
#pragma clang diagnostic ignored "-Wunguarded-availability-new"

namespace streamtts::metal {

namespace {

constexpr NSInteger kOldestSystem = 14;  // the first with MSL 3.1
constexpr std::size_t kLongestInlineValue = 4096;
constexpr int kNewestFamily = 20;  // of Apple's GPUs, and some to come
// MTLPipelineOptionBindingInfo, which has another name before the SDK of macOS 15.
constexpr auto kTellBindings = static_cast<MTLPipelineOption>(1);

struct Kernel {
  id<MTLComputePipelineState> pipeline = nil;
  std::vector<Slot> slots;
};

// Runs `work` with a pool of its own, which an exception would pass by without emptying it.
template <typename Work>
auto pooled(const Work& work) {
  std::invoke_result_t<Work> result{};
  std::exception_ptr trouble;
  @autoreleasepool {
    try {
      result = work();
    } catch (...) {
      trouble = std::current_exception();
    }
  }
  if (trouble) std::rethrow_exception(trouble);
  return result;
}

std::string text(NSString* string) {
  return string == nil ? std::string() : std::string(string.UTF8String);
}

std::string reason(NSError* error) {
  return error == nil ? "it does not say why" : text(error.localizedDescription);
}

NSString* string(const std::string& text) {
  return [[NSString alloc] initWithBytes:text.data() length:text.size() encoding:NSUTF8StringEncoding];
}

MTLSize size(const Extent& extent) {
  return MTLSizeMake(extent.x, extent.y, extent.z);
}

id<MTLDevice> gpu() {
  if (const id<MTLDevice> found = MTLCreateSystemDefaultDevice()) return found;
  throw Error("this Mac has no GPU that Metal can use");
}

std::string system_version() {
  const NSOperatingSystemVersion version = NSProcessInfo.processInfo.operatingSystemVersion;
  return std::to_string(version.majorVersion) + '.' + std::to_string(version.minorVersion) + '.' +
         std::to_string(version.patchVersion);
}

bool new_enough() {
  return NSProcessInfo.processInfo.operatingSystemVersion.majorVersion >= kOldestSystem;
}

int apple_family(id<MTLDevice> gpu) {
  int family = kNewestFamily;
  while (family > 0 && ![gpu supportsFamily:static_cast<MTLGPUFamily>(MTLGPUFamilyApple1 + family - 1)])
    --family;
  return family;
}

std::vector<Slot> slots_of(MTLComputePipelineReflection* reflection) {
  std::vector<Slot> slots;
  for (NSUInteger at = 0; at < reflection.bindings.count; ++at) {
    const id<MTLBinding> binding = reflection.bindings[at];
    if (binding.type != MTLBindingTypeBuffer || !binding.used) continue;
    slots.push_back(
        {.index = binding.index, .bytes = static_cast<id<MTLBufferBinding>>(binding).bufferDataSize});
  }
  return slots;
}

class AppleLibrary final : public Library {
 public:
  AppleLibrary(id<MTLDevice> gpu, id<MTLLibrary> library)
      : gpu_(gpu), library_(library), queue_([gpu newCommandQueue]) {
    if (queue_ == nil) throw Error("Metal gave no command queue");
  }

  [[nodiscard]] std::vector<std::string> names() const override {
    return pooled([&] {
      std::vector<std::string> names;
      NSArray<NSString*>* const found = library_.functionNames;
      for (NSUInteger at = 0; at < found.count; ++at) names.push_back(text(found[at]));
      std::ranges::sort(names);
      return names;
    });
  }

  std::size_t largest_group(const std::string& name) override {
    const std::scoped_lock alone(mutex_);
    return pooled([&] { return std::size_t{kernel(name).pipeline.maxTotalThreadsPerThreadgroup}; });
  }

  double run(const std::string& name, std::span<const Argument> arguments, const Launch& launch) override {
    const std::scoped_lock alone(mutex_);
    return pooled([&] {
      const Kernel& asked = kernel(name);
      check_arguments(name, arguments, asked.slots);
      const Extent group = group_of(launch, asked.pipeline.maxTotalThreadsPerThreadgroup);
      const std::vector<id<MTLBuffer>> buffers = buffers_with(arguments);
      const id<MTLCommandBuffer> commands = [queue_ commandBuffer];
      const id<MTLComputeCommandEncoder> encoder = [commands computeCommandEncoder];
      if (encoder == nil) throw Error("Metal takes no more commands");
      [encoder setComputePipelineState:asked.pipeline];
      give(encoder, arguments, buffers);
      for (std::size_t time = 0; time < launch.repeats; ++time) {
        [encoder dispatchThreads:size(launch.threads) threadsPerThreadgroup:size(group)];
      }
      [encoder endEncoding];
      [commands commit];
      [commands waitUntilCompleted];
      if (commands.status != MTLCommandBufferStatusCompleted) {
        throw Error("the GPU gave up on " + name + ": " + reason(commands.error));
      }
      take_back(arguments, buffers);
      return (commands.GPUEndTime - commands.GPUStartTime) / static_cast<double>(launch.repeats);
    });
  }

 private:
  const Kernel& kernel(const std::string& name) {
    if (const auto known = kernels_.find(name); known != kernels_.end()) return known->second;
    const id<MTLFunction> function = [library_ newFunctionWithName:string(name)];
    if (function == nil) throw std::invalid_argument("the library has no kernel " + name);
    NSError* error = nil;
    MTLComputePipelineReflection* reflection = nil;
    const id<MTLComputePipelineState> pipeline = [gpu_ newComputePipelineStateWithFunction:function
                                                                                   options:kTellBindings
                                                                                reflection:&reflection
                                                                                     error:&error];
    if (pipeline == nil) throw Error("Metal cannot run " + name + ": " + reason(error));
    return kernels_.emplace(name, Kernel{.pipeline = pipeline, .slots = slots_of(reflection)}).first->second;
  }

  // A buffer for each argument that is memory or too long to be a part of the commands, nil for the others.
  std::vector<id<MTLBuffer>> buffers_with(std::span<const Argument> arguments) {
    const std::vector<std::size_t> firsts = first_with_the_same_memory(arguments);
    std::vector<id<MTLBuffer>> buffers(arguments.size());
    for (std::size_t at = 0; at < arguments.size(); ++at) {
      if (const auto* const value = std::get_if<Value>(&arguments[at])) {
        if (value->size() > kLongestInlineValue) buffers[at] = buffer_with(value->data(), value->size());
      } else {
        const auto& memory = std::get<Memory>(arguments[at]);
        buffers[at] = firsts[at] == at ? buffer_with(memory.data, memory.size) : buffers[firsts[at]];
      }
    }
    return buffers;
  }

  id<MTLBuffer> buffer_with(const std::byte* data, std::size_t size) {
    // There is no buffer without bytes.
    const id<MTLBuffer> buffer = [gpu_ newBufferWithLength:std::max(size, std::size_t{1})
                                                   options:MTLResourceStorageModeShared];
    if (buffer == nil) throw Error("the GPU has no room for " + std::to_string(size) + " bytes");
    if (size != 0) std::memcpy(buffer.contents, data, size);
    return buffer;
  }

  static void give(id<MTLComputeCommandEncoder> encoder, std::span<const Argument> arguments,
                   const std::vector<id<MTLBuffer>>& buffers) {
    for (std::size_t at = 0; at < arguments.size(); ++at) {
      if (buffers[at] != nil) {
        [encoder setBuffer:buffers[at] offset:0 atIndex:at];
      } else {
        const auto& value = std::get<Value>(arguments[at]);
        [encoder setBytes:value.data() length:value.size() atIndex:at];
      }
    }
  }

  static void take_back(std::span<const Argument> arguments, const std::vector<id<MTLBuffer>>& buffers) {
    for (std::size_t at = 0; at < arguments.size(); ++at) {
      const auto* const memory = std::get_if<Memory>(&arguments[at]);
      if (memory == nullptr || !memory->writable || memory->size == 0) continue;
      std::memcpy(memory->data, buffers[at].contents, memory->size);
    }
  }

  const id<MTLDevice> gpu_;
  const id<MTLLibrary> library_;
  const id<MTLCommandQueue> queue_;
  std::mutex mutex_;
  std::map<std::string, Kernel> kernels_;
};

MTLCompileOptions* options(Math math) {
  MTLCompileOptions* const options = [[MTLCompileOptions alloc] init];
  options.languageVersion = MTLLanguageVersion3_1;
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"  // mathMode follows it, from macOS 15
  options.fastMathEnabled = math == Math::kFast;
#pragma clang diagnostic pop
  return options;
}

}  // namespace

bool available() {
  return pooled([] { return new_enough() && MTLCreateSystemDefaultDevice() != nil; });
}

Device device() {
  return pooled([] {
    const id<MTLDevice> found = gpu();
    return Device{.name = text(found.name),
                  .system = system_version(),
                  .apple_family = apple_family(found),
                  .unified_memory = static_cast<bool>(found.hasUnifiedMemory),
                  .working_set_bytes = found.recommendedMaxWorkingSetSize,
                  .buffer_bytes = found.maxBufferLength,
                  .threadgroup_bytes = found.maxThreadgroupMemoryLength};
  });
}

std::unique_ptr<Library> compile(const std::string& source, Math math) {
  return pooled([&]() -> std::unique_ptr<Library> {
    if (!new_enough()) throw Error("Metal's kernels need macOS 14 or newer, and this is " + system_version());
    const id<MTLDevice> found = gpu();
    NSError* error = nil;
    const id<MTLLibrary> library = [found newLibraryWithSource:string(source)
                                                       options:options(math)
                                                         error:&error];
    // Warnings are an error, too, beside a library.
    if (library == nil) throw Error("Metal refused the source: " + reason(error));
    return std::make_unique<AppleLibrary>(found, library);
  });
}

}  // namespace streamtts::metal
