/** Single faults in all other runs. */
import { situations } from './matrix.ts';
import { describeSingleFaults } from './single-faults.ts';

describeSingleFaults([situations.failback, situations.hold, situations.inventory, situations.inventoryWithoutBus]);
