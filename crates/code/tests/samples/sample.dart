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
