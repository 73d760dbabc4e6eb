// Foundation and Metal, as far as csrc/metal asks for them. Metal ends a program that breaks its rules; here
// that is a Blunder. What a kernel writes is seen when somebody has waited for it, and not before.
#include "fake/mac.hpp"

#include <cstring>
#include <utility>

#include "fake/objc.hpp"

namespace fake {

namespace {

constexpr std::size_t kMostBuffers = 31;
constexpr std::size_t kLongestBytes = 4096;

class String final : public Object {
 public:
  explicit String(std::string text = {}) : text(std::move(text)) {}
  [[nodiscard]] const char* class_name() const override { return "NSString"; }
  [[nodiscard]] const Methods& methods() const override {
    static const Methods all{{"UTF8String", answer<&String::utf8>()},
                             {"initWithBytes:length:encoding:", answer<&String::init>()}};
    return all;
  }
  const char* utf8() { return text.c_str(); }
  String* init(const void* bytes, std::size_t length, std::size_t encoding) {
    if (encoding != 4) throw Blunder("text that is not in UTF-8");
    text.assign(static_cast<const char*>(bytes), length);
    return this;
  }
  std::string text;
};

class Error final : public Object {
 public:
  explicit Error(std::string words) : words_(std::move(words)) {}
  [[nodiscard]] const char* class_name() const override { return "NSError"; }
  [[nodiscard]] const Methods& methods() const override {
    static const Methods all{{"localizedDescription", answer<&Error::description>()}};
    return all;
  }
  Object* description() { return autorelease(new String(words_)); }

 private:
  std::string words_;
};

class Array final : public Object {
 public:
  explicit Array(std::vector<Object*> taken) : items_(std::move(taken)) {}
  ~Array() override {
    for (Object* item : items_) release(item);
  }
  [[nodiscard]] const char* class_name() const override { return "NSArray"; }
  [[nodiscard]] const Methods& methods() const override {
    static const Methods all{{"count", answer<&Array::count>()},
                             {"objectAtIndexedSubscript:", answer<&Array::at>()}};
    return all;
  }
  std::size_t count() { return items_.size(); }
  Object* at(std::size_t index) {
    if (index >= items_.size()) throw Blunder("an array has no such item");
    return items_[index];
  }

 private:
  std::vector<Object*> items_;
};

struct Version {
  long major, minor, patch;
};

class ProcessInfo final : public Object {
 public:
  [[nodiscard]] const char* class_name() const override { return "NSProcessInfo"; }
  [[nodiscard]] const Methods& methods() const override {
    static const Methods all{{"operatingSystemVersion", answer<&ProcessInfo::version>()}};
    return all;
  }
  Version version() { return {mac().major, mac().minor, mac().patch}; }
};

class CompileOptions final : public Object {
 public:
  [[nodiscard]] const char* class_name() const override { return "MTLCompileOptions"; }
  [[nodiscard]] const Methods& methods() const override {
    static const Methods all{{"init", answer<&CompileOptions::init>()},
                             {"setFastMathEnabled:", answer<&CompileOptions::set_fast>()},
                             {"setLanguageVersion:", answer<&CompileOptions::set_version>()}};
    return all;
  }
  CompileOptions* init() { return this; }
  void set_fast(bool value) { fast = value; }
  void set_version(unsigned long value) { version = value; }
  bool fast = true;  // as Apple has it
  unsigned long version = 0;
};

class Buffer final : public Object {
 public:
  explicit Buffer(std::size_t length) : bytes(length, std::byte{0xAA}) {}
  [[nodiscard]] const char* class_name() const override { return "MTLBuffer"; }
  [[nodiscard]] const Methods& methods() const override {
    static const Methods all{{"contents", answer<&Buffer::contents>()}};
    return all;
  }
  void* contents() { return bytes.data(); }
  std::vector<std::byte> bytes;
};

class Binding final : public Object {
 public:
  explicit Binding(BindingFacts facts) : facts_(facts) {}
  [[nodiscard]] const char* class_name() const override { return "MTLBinding"; }
  [[nodiscard]] const Methods& methods() const override {
    static const Methods of_any{{"type", answer<&Binding::type>()},
                                {"index", answer<&Binding::index>()},
                                {"isUsed", answer<&Binding::used>()}};
    static const Methods of_buffers{{"type", answer<&Binding::type>()},
                                    {"index", answer<&Binding::index>()},
                                    {"isUsed", answer<&Binding::used>()},
                                    {"bufferDataSize", answer<&Binding::size>()}};
    return facts_.type == 0 ? of_buffers : of_any;
  }
  long type() { return facts_.type; }
  std::size_t index() { return facts_.index; }
  bool used() { return facts_.used; }
  std::size_t size() { return facts_.bytes; }

 private:
  BindingFacts facts_;
};

class Reflection final : public Object {
 public:
  explicit Reflection(std::vector<BindingFacts> facts) : facts_(std::move(facts)) {}
  [[nodiscard]] const char* class_name() const override { return "MTLComputePipelineReflection"; }
  [[nodiscard]] const Methods& methods() const override {
    static const Methods all{{"bindings", answer<&Reflection::bindings>()}};
    return all;
  }
  Object* bindings() {
    std::vector<Object*> made;
    for (const BindingFacts& each : facts_) made.push_back(new Binding(each));
    return autorelease(new Array(std::move(made)));
  }

 private:
  std::vector<BindingFacts> facts_;
};

class Function final : public Object {
 public:
  Function(std::string name, std::vector<BindingFacts> facts)
      : name(std::move(name)), facts(std::move(facts)) {}
  [[nodiscard]] const char* class_name() const override { return "MTLFunction"; }
  [[nodiscard]] const Methods& methods() const override {
    static const Methods none;
    return none;
  }
  std::string name;
  std::vector<BindingFacts> facts;
};

class Pipeline final : public Object {
 public:
  explicit Pipeline(std::string kernel) : kernel(std::move(kernel)) {}
  [[nodiscard]] const char* class_name() const override { return "MTLComputePipelineState"; }
  [[nodiscard]] const Methods& methods() const override {
    static const Methods all{{"maxTotalThreadsPerThreadgroup", answer<&Pipeline::largest_group>()}};
    return all;
  }
  std::size_t largest_group() { return mac().largest_group; }
  std::string kernel;
};

class Library final : public Object {
 public:
  explicit Library(std::map<std::string, std::vector<BindingFacts>> kernels) : kernels_(std::move(kernels)) {}
  [[nodiscard]] const char* class_name() const override { return "MTLLibrary"; }
  [[nodiscard]] const Methods& methods() const override {
    static const Methods all{{"functionNames", answer<&Library::names>()},
                             {"newFunctionWithName:", answer<&Library::function>()}};
    return all;
  }
  Object* names() {
    std::vector<Object*> names;
    for (auto each = kernels_.rbegin(); each != kernels_.rend(); ++each)
      names.push_back(new String(each->first));
    return autorelease(new Array(std::move(names)));
  }
  Object* function(String* name) {
    const auto found = kernels_.find(name->text);
    return found == kernels_.end() ? nullptr : new Function(found->first, found->second);
  }

 private:
  std::map<std::string, std::vector<BindingFacts>> kernels_;
};

struct Dispatch {
  std::string kernel;
  std::map<std::size_t, Held<Buffer>> bound;
  Size threads, group;
};

class Encoder final : public Object {
 public:
  [[nodiscard]] const char* class_name() const override { return "MTLComputeCommandEncoder"; }
  [[nodiscard]] const Methods& methods() const override {
    static const Methods all{{"setComputePipelineState:", answer<&Encoder::set_pipeline>()},
                             {"setBytes:length:atIndex:", answer<&Encoder::set_bytes>()},
                             {"setBuffer:offset:atIndex:", answer<&Encoder::set_buffer>()},
                             {"dispatchThreads:threadsPerThreadgroup:", answer<&Encoder::dispatch>()},
                             {"endEncoding", answer<&Encoder::end>()}};
    return all;
  }
  void set_pipeline(Pipeline* pipeline) { pipeline_ = Held<Pipeline>(pipeline); }
  void set_bytes(const void* bytes, std::size_t length, std::size_t index) {
    if (length == 0 || length > kLongestBytes) throw Blunder("setBytes takes from 1 to 4096 bytes");
    auto* const buffer = new Buffer(length);
    std::memcpy(buffer->contents(), bytes, length);
    bind(buffer, index);
    release(buffer);
  }
  void set_buffer(Buffer* buffer, std::size_t offset, std::size_t index) {
    if (offset != 0) throw Blunder("this fake binds whole buffers only");
    bind(buffer, index);
  }
  void dispatch(Size threads, Size group) {
    const std::size_t together = group.width * group.height * group.depth;
    if (!pipeline_) throw Blunder("there is no pipeline to dispatch");
    if (threads.width * threads.height * threads.depth == 0) throw Blunder("a grid without threads");
    if (together == 0 || together > pipeline_->largest_group()) throw Blunder("a group of that size");
    dispatches.push_back({pipeline_->kernel, bound_, threads, group});
  }
  void end() { ended = true; }

  bool ended = false;
  std::vector<Dispatch> dispatches;

 private:
  void bind(Buffer* buffer, std::size_t index) {
    if (index >= kMostBuffers) throw Blunder("there are 31 places for buffers");
    if (ended) throw Blunder("an encoder is used after its end");
    bound_[index] = Held<Buffer>(buffer);
  }

  Held<Pipeline> pipeline_;
  std::map<std::size_t, Held<Buffer>> bound_;
};

class Commands final : public Object {
 public:
  [[nodiscard]] const char* class_name() const override { return "MTLCommandBuffer"; }
  [[nodiscard]] const Methods& methods() const override {
    static const Methods all{{"computeCommandEncoder", answer<&Commands::encoder>()},
                             {"commit", answer<&Commands::commit>()},
                             {"waitUntilCompleted", answer<&Commands::wait>()},
                             {"status", answer<&Commands::status>()},
                             {"error", answer<&Commands::error>()},
                             {"GPUStartTime", answer<&Commands::start>()},
                             {"GPUEndTime", answer<&Commands::end>()}};
    return all;
  }
  Object* encoder() {
    auto* const made = new Encoder;
    encoder_ = Held<Encoder>(made);
    return autorelease(made);
  }
  void commit() {
    if (!encoder_ || !encoder_->ended) throw Blunder("commands are committed before their encoder has ended");
    if (status_ != kNotEnqueued) throw Blunder("commands are committed twice");
    status_ = kCommitted;
  }
  void wait() {
    if (status_ != kCommitted) throw Blunder("commands are waited for that were not committed");
    try {
      for (const Dispatch& each : encoder_->dispatches) run(each);
      status_ = kCompleted;
    } catch (const Refusal& refusal) {
      status_ = kError;
      auto* const error = new Error(refusal.words);
      error_ = Held<Error>(error);
      release(error);
    }
  }
  unsigned long status() { return status_; }
  Object* error() { return error_.get(); }
  double start() { return status_ == kCompleted ? 1000.0 : 0.0; }
  double end() { return status_ == kCompleted ? 1000.0 + seconds_ : 0.0; }

 private:
  enum : unsigned long { kNotEnqueued = 0, kCommitted = 2, kCompleted = 4, kError = 5 };

  void run(const Dispatch& each) {
    std::map<std::size_t, std::span<std::byte>> memory;
    for (const auto& [index, buffer] : each.bound) memory.emplace(index, buffer->bytes);
    mac().dispatch(each.kernel, memory, each.threads, each.group);
    seconds_ += mac().seconds;
  }

  Held<Encoder> encoder_;
  Held<Error> error_;
  unsigned long status_ = kNotEnqueued;
  double seconds_ = 0;
};

class Queue final : public Object {
 public:
  [[nodiscard]] const char* class_name() const override { return "MTLCommandQueue"; }
  [[nodiscard]] const Methods& methods() const override {
    static const Methods all{{"commandBuffer", answer<&Queue::commands>()}};
    return all;
  }
  Object* commands() { return autorelease(new Commands); }
};

class Device final : public Object {
 public:
  [[nodiscard]] const char* class_name() const override { return "MTLDevice"; }
  [[nodiscard]] const Methods& methods() const override {
    static const Methods all{
        {"name", answer<&Device::name>()},
        {"hasUnifiedMemory", answer<&Device::unified>()},
        {"recommendedMaxWorkingSetSize", answer<&Device::working_set>()},
        {"maxThreadgroupMemoryLength", answer<&Device::threadgroup>()},
        {"maxBufferLength", answer<&Device::longest_buffer>()},
        {"supportsFamily:", answer<&Device::supports>()},
        {"newCommandQueue", answer<&Device::queue>()},
        {"newBufferWithLength:options:", answer<&Device::buffer>()},
        {"newLibraryWithSource:options:error:", answer<&Device::library>()},
        {"newComputePipelineStateWithFunction:options:reflection:error:", answer<&Device::pipeline>()}};
    return all;
  }
  Object* name() { return autorelease(new String(mac().name)); }
  bool unified() { return true; }
  unsigned long long working_set() { return 12ULL << 30; }
  std::size_t threadgroup() { return 32768; }
  std::size_t longest_buffer() { return mac().buffer_bytes; }
  bool supports(long family) { return family <= mac().newest_family; }
  Object* queue() { return new Queue; }
  Object* buffer(std::size_t length, unsigned long options) {
    if (options != 0) throw Blunder("memory that the processor does not share");
    return length == 0 || length > mac().buffer_bytes ? nullptr : new Buffer(length);
  }
  Object* library(String* source, CompileOptions* options, Object** error) {
    try {
      return new Library(mac().compile(source->text, options->fast, options->version));
    } catch (const Refusal& refusal) {
      *error = autorelease(new Error(refusal.words));
      return nullptr;
    }
  }
  Object* pipeline(Function* function, unsigned long options, Object** reflection, Object** error) {
    if (function->facts.size() > kMostBuffers) {
      *error = autorelease(new Error("too many buffers"));
      return nullptr;
    }
    if ((options & 1) != 0) *reflection = autorelease(new Reflection(function->facts));
    return new Pipeline(function->name);
  }
};

template <typename Made>
Object* make(Object*, Selector*) {
  return new Made;
}

Object* process_info(Object*, Selector*) {
  return autorelease(new ProcessInfo);
}

template <typename Made>
Object* class_of(const char* name) {
  return new Class(name, {{"alloc", reinterpret_cast<Method>(&make<Made>)}});
}

Object* const string_class = class_of<String>("NSString");
Object* const options_class = class_of<CompileOptions>("MTLCompileOptions");
Object* const process_class =
    new Class("NSProcessInfo", {{"processInfo", reinterpret_cast<Method>(&process_info)}});

}  // namespace

Mac& mac() {
  static Mac one;
  return one;
}

}  // namespace fake

extern "C" {
// Where the compiler looks for a class that it sends a message to.
fake::Object* ref_string __asm__("._OBJC_REF_CLASS_NSString") = fake::string_class;
fake::Object* ref_options __asm__("._OBJC_REF_CLASS_MTLCompileOptions") = fake::options_class;
fake::Object* ref_process __asm__("._OBJC_REF_CLASS_NSProcessInfo") = fake::process_class;

fake::Object* MTLCreateSystemDefaultDevice() {
  return fake::mac().has_gpu ? new fake::Device : nullptr;
}
}
