/** Single faults in the run that moves a group out of a failing Region. */
import { situations } from './matrix.ts';
import { describeSingleFaults } from './single-faults.ts';

describeSingleFaults([situations.failover, situations.failoverInPages, situations.failoverWithoutBus]);
