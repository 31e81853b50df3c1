/// The state of a watering plan, as the app shows it.
library garden.plan;

import 'dart:async';
import 'package:flutter/foundation.dart' show ChangeNotifier;
import 'package:garden/src/pump.dart' as pump;
part 'plan.g.dart';

const int maxLitres = 40;
typedef OnWatered = void Function(String bed, int litres);

/// How thirsty a bed is.
enum Thirst { none, some, much }

/// Something that can be watered.
abstract class Waterable {
  String get name;
  Future<void> water(int litres);
}

mixin Logged {
  final List<String> lines = [];
  void log(String line) => lines.add(line);
}

/// A bed with its pump.
class Bed extends ChangeNotifier with Logged implements Waterable {
  Bed(this.name, {this.thirst = Thirst.some});
  Bed.dry(String name) : this(name, thirst: Thirst.much);
  factory Bed.fromJson(Map<String, dynamic> json) => Bed(json['name'] as String);

  @override
  final String name;
  Thirst thirst;
  int _litres = 0;

  int get litres => _litres;
  set litres(int value) => _litres = value.clamp(0, maxLitres);

  /// Opens the pump until the litres are through.
  @override
  Future<void> water(int litres) async {
    await pump.open(name);
    _litres += litres;
    thirst = Thirst.none;
    notifyListeners();
  }

  bool operator <(Bed other) => _litres < other._litres;
}

extension Thirsty on Iterable<Bed> {
  Iterable<Bed> get thirsty => where((bed) => bed.thirst == Thirst.much);
}

/// Waters all that are thirsty, and tells how many these were.
Future<int> waterThirsty(List<Bed> beds) async {
  var count = 0;
  for (final bed in beds.thirsty) {
    await bed.water(10);
    count++;
  }
  return count;
}

/// A door that may be [Ajar].
sealed class Door<T extends Object?> {
  const Door._(this.name, {required this.locks});

  static const int maxLocks = 3, minLocks = 1;
  static final Map<String, Door> _doors = {};
  late final String name;
  final List<int>? locks;
  external int get hinge;

  T? call(String key) => null;
  operator [](int index) => locks?[index];

  static Door<T> of<T>(String name) {
    String inner(String text) => text.trim();
    return switch (_doors[inner(name)]) {
      final Door<T> door => door,
      _ => throw StateError('no door'),
    };
  }

  @override
  String toString() => 'Door($name)';
}

final class Ajar extends Door<String> {
  Ajar(super.name) : super._(locks: const []);
}

base mixin Knocking on Door<String> implements Comparable<Door> {
  int knocks = 0;
  Stream<int> knock(int times) async* {
    for (var i = 0; i < times; i++) yield i;
  }
}

enum Wood with Logged {
  oak(hardness: 5),
  pine(hardness: 2);

  const Wood({required this.hardness});
  final int hardness;
  bool get isHard => hardness > 3;
}

extension type Key(int teeth) {
  Key turned() => Key(teeth + 1);
}

typedef Visit<T> = Future<T> Function(Door door, {int times});
typedef int Compare(Door left, Door right);

class DoorView extends StatefulWidget {
  const DoorView({super.key, this.onOpen});
  final VoidCallback? onOpen;

  @override
  State<DoorView> createState() => _DoorViewState();
}

class _DoorViewState extends State<DoorView> {
  bool _open = false;

  @override
  Widget build(BuildContext context) {
    return GestureDetector(
      onTap: () => setState(() => _open = !_open),
      child: Text(_open ? 'open' : 'shut'),
    );
  }
}

String? owner;
int get doors => 3;
set doors(int value) {}

void main() {
  group('Door', () {
    test('opens with its key', () => expect(Door.of('front').name, 'front'));
  });
}
