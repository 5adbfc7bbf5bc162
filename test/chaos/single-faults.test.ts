/** The turn that moves a group, fault by fault. */
import { scenes } from './matrix.ts';
import { describeSingleFaults } from './single-faults.ts';

describeSingleFaults([scenes.failover, scenes.failoverInPages, scenes.failoverWithoutBus]);
