import Testing

@testable import Capture

/// What two threads agree on, without the threads.
@Suite("The order of blocks that are read ahead")
struct BlockOrderTests {
  private static func block(_ count: Int = 1) -> ByteBlock {
    let block = ByteBlock(capacity: 8)
    block.count = count
    return block
  }

  @Test("blocks are used in their order, whichever is filled first")
  func order() {
    var order = BlockOrder()
    let blocks = [Self.block(), Self.block()]
    let places = [order.read().place, order.read().place]
    #expect(places == [0, 1])
    order.put(blocks[1], at: 1, nil)
    let tooEarly = order.use(mayRead: false)
    #expect(tooEarly.isWait)
    order.put(blocks[0], at: 0, nil)
    for block in blocks {
      let used = order.use(mayRead: false).block
      #expect(used === block)
    }
  }

  @Test("who uses blocks reads the next one itself, if it may, while there is none")
  func bothRead() {
    var order = BlockOrder()
    let first = Self.block()
    let places = [order.read().place, order.use(mayRead: true).place]
    #expect(places == [0, 1])
    order.put(Self.block(), at: 1, nil)
    let meanwhile = order.use(mayRead: true).place
    #expect(meanwhile == 2, "the first is still being filled")
    order.put(first, at: 0, nil)
    let used = order.use(mayRead: true).block
    #expect(used === first)
  }

  @Test("neither goes further ahead than there is room for, and whoever waits is woken when it is worth it")
  func bounded() {
    var order = BlockOrder()
    var places: [Int] = []
    while let place = order.read().place { places.append(place) }
    #expect(places == Array(0..<9))
    let user = order.use(mayRead: true)
    #expect(user.isWait)
    for place in places.dropFirst() { order.put(Self.block(), at: place, nil) }
    let wokenTooEarly = order.wakesUser()
    order.put(Self.block(), at: 0, nil)
    let wokenThen = order.wakesUser()
    #expect(!wokenTooEarly && wokenThen)
    var wakings: [Bool] = []
    for _ in 1...4 {
      let used = order.use(mayRead: true).block
      #expect(used != nil)
      wakings.append(order.wakesReader())
    }
    #expect(wakings == [false, false, false, true])
    let next = order.read().place
    #expect(next == 9)
  }

  @Test("what lies behind an end does not count, even if it was read first")
  func end() {
    var order = BlockOrder()
    let last = Self.block()
    for _ in 0..<4 { _ = order.read() }
    order.put(Self.block(), at: 3, .end)
    order.put(Self.block(), at: 2, nil)
    order.put(last, at: 0, nil)
    order.put(Self.block(0), at: 1, .failure(ByteFailure(kind: .inputOutput, reason: "gone")))
    let steps = [order.use(mayRead: true), order.use(mayRead: true), order.read()]
    #expect(steps[0].block === last)
    #expect(steps[1].isFailure && steps[2].isFailure)
  }

  @Test("for who left nothing is read any more")
  func abandoned() {
    var order = BlockOrder()
    while order.read().place != nil {}
    order.isAbandoned = true
    let (isWoken, step) = (order.wakesReader(), order.read())
    #expect(isWoken && step.isEnd)
  }
}

extension BlockOrder.Step {
  fileprivate var block: ByteBlock? { if case .block(let block) = self { block } else { nil } }
  fileprivate var place: Int? { if case .read(let place) = self { place } else { nil } }
  fileprivate var isWait: Bool { if case .wait = self { true } else { false } }
  fileprivate var isEnd: Bool { if case .ended(.end) = self { true } else { false } }
  fileprivate var isFailure: Bool { if case .ended(.failure) = self { true } else { false } }
}
