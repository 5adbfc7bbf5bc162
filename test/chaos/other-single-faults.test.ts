/** The turns that move no group out of a failing Region, fault by fault. */
import { scenes } from './matrix.ts';
import { describeSingleFaults } from './single-faults.ts';

describeSingleFaults([scenes.failback, scenes.hold, scenes.inventory, scenes.inventoryWithoutBus]);
