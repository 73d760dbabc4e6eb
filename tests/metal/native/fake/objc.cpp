#include "fake/objc.hpp"

#include <unwind.h>

#include <mutex>
#include <set>
#include <utility>
#include <vector>

namespace fake {

namespace {

std::mutex& registry_mutex() {
  static std::mutex mutex;
  return mutex;
}

std::set<const Object*>& registry() {
  static std::set<const Object*> objects;
  return objects;
}

bool lives(const Object* object) {
  const std::scoped_lock lock(registry_mutex());
  return registry().contains(object);
}

thread_local std::vector<std::vector<Object*>> pools;

long nothing(Object*, Selector*) {
  return 0;
}

[[noreturn]] void not_understood(Object* self, Selector* selector) {
  throw Blunder(std::string(self->class_name()) + " does not understand " + selector->name);
}

[[noreturn]] void freed(Object*, Selector* selector) {
  throw Blunder(std::string("a freed object is sent ") + selector->name);
}

Method method_of(Object* receiver, const Selector& selector) {
  if (receiver == nullptr) return reinterpret_cast<Method>(&nothing);
  if (!lives(receiver)) return reinterpret_cast<Method>(&freed);
  const auto found = receiver->methods().find(selector.name);
  return found == receiver->methods().end() ? reinterpret_cast<Method>(&not_understood) : found->second;
}

}  // namespace

Object::Object() {
  const std::scoped_lock lock(registry_mutex());
  registry().insert(this);
}

Object::~Object() {
  const std::scoped_lock lock(registry_mutex());
  registry().erase(this);
}

std::size_t alive() {
  const std::scoped_lock lock(registry_mutex());
  return registry().size();
}

Object* retain(Object* object) {
  if (object == nullptr) return nullptr;
  if (!lives(object)) throw Blunder("a freed object is retained");
  ++object->references;
  return object;
}

void release(Object* object) {
  if (object != nullptr && --object->references == 0) delete object;
}

Object* autorelease(Object* object) {
  if (object == nullptr) return nullptr;
  if (pools.empty()) throw Blunder(std::string("no pool will free a ") + object->class_name());
  pools.back().push_back(object);
  return object;
}

}  // namespace fake

// What clang calls: GNUstep's interface, version 2.
extern "C" {

struct Slot {
  void* owner;
  void* cached_for;
  const char* types;
  int version;
  fake::Method method;
};

Slot* objc_msg_lookup_sender(fake::Object** receiver, fake::Selector* selector, void*) {
  thread_local Slot slot{};
  slot.method = fake::method_of(*receiver, *selector);
  return &slot;
}

void __objc_load(void*) {}

void* objc_autoreleasePoolPush() {
  fake::pools.emplace_back();
  return reinterpret_cast<void*>(fake::pools.size());
}

void objc_autoreleasePoolPop(void* pool) {
  while (fake::pools.size() >= reinterpret_cast<std::size_t>(pool)) {
    const std::vector<fake::Object*> objects = std::move(fake::pools.back());
    fake::pools.pop_back();
    for (fake::Object* object : objects) fake::release(object);
  }
}

fake::Object* objc_retain(fake::Object* object) {
  return fake::retain(object);
}
void objc_release(fake::Object* object) {
  fake::release(object);
}
fake::Object* objc_autoreleaseReturnValue(fake::Object* object) {
  return fake::autorelease(object);
}
fake::Object* objc_retainAutorelease(fake::Object* object) {
  return fake::autorelease(fake::retain(object));
}
fake::Object* objc_retainAutoreleasedReturnValue(fake::Object* object) {
  return fake::retain(object);
}

void objc_storeStrong(fake::Object** place, fake::Object* object) {
  fake::Object* const before = std::exchange(*place, fake::retain(object));
  fake::release(before);
}

// No object of Objective-C is ever thrown, so C++ knows what to do.
_Unwind_Reason_Code __gxx_personality_v0(int, _Unwind_Action, _Unwind_Exception_Class, _Unwind_Exception*,
                                         _Unwind_Context*);
_Unwind_Reason_Code __gnustep_objcxx_personality_v0(int version, _Unwind_Action actions,
                                                    _Unwind_Exception_Class of, _Unwind_Exception* thrown,
                                                    _Unwind_Context* context) {
  return __gxx_personality_v0(version, actions, of, thrown, context);
}
}
