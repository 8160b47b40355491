import FuzzTargets
import Glibc

// What libFuzzer calls. Which target is meant stands in the environment, because libFuzzer owns the arguments.

/// The target that FUZZ_TARGET names.
private let target: FuzzTarget = {
  let name = unsafe getenv("FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
  guard let target = FuzzTarget.named(name) else {
    print("FUZZ_TARGET names no target: use script/fuzz")
    exit(64)
  }
  return target
}()

/// Answers what is no fuzzing: the list of targets, seeds, the sweep.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>
) -> Int32 {
  let words = CommandLine.arguments.dropFirst()
  switch words.first {
  case "list":
    for target in FuzzTarget.all {
      print(target.name + String(repeating: " ", count: max(1, 12 - target.name.count)) + target.summary)
    }
    exit(0)
  case "seeds" where words.count == 3:
    exit(Seeds.write(captures: words[words.startIndex + 1], to: words[words.startIndex + 2]) ? 0 : 74)
  case "sweep" where words.count >= 2: exit(Sweep.run(Array(words.dropFirst())))
  default: return 0
  }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  let done = target.run(input)
  return done == .min ? -1 : 0
}

@_silgen_name("LLVMFuzzerMutate")
private func mutateBytes(_ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int) -> Int

@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int, _ seed: UInt32) -> Int {
  guard target.mutation == .packets, seed % 8 != 0 else { return unsafe mutateBytes(data, count, limit) }
  var sequence = unsafe PacketSequence(Array(UnsafeBufferPointer(start: data, count: count)))
  var mutation = PacketMutation(seed: UInt64(seed))
  mutation.apply(to: &sequence, limit: limit) { bytes, most in
    var room = bytes + [UInt8](repeating: 0, count: max(1, most - bytes.count))
    let size = unsafe room.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.baseAddress.map { unsafe mutateBytes($0, min(bytes.count, most), most) } ?? 0
    }
    return Array(room.prefix(size))
  }
  let changed = sequence.bytes
  let kept = min(changed.count, limit)
  for index in 0..<kept { unsafe data[index] = changed[index] }
  return kept
}
