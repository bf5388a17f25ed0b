// What every capture form gets: the job as it is, the command it is sent with, and where to send it.
import type { WorkOrderDetail } from '../../../contracts/http/work-orders.ts';
import type { Command } from '../../state/use-command.ts';

export interface CaptureFormProps {
  detail: WorkOrderDetail;
  command: Command;
  onSend: (body: object) => void;
}
