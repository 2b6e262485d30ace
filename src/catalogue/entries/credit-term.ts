import {amount, text, time, whole} from '../columns.ts';
import {resource} from '../entry.ts';

export const creditTerm = resource('credit_term', {
  comment: 'Credit terms of suppliers and customers',
  endpoint: '/v1/creditTerm',
  reading: {kind: 'snapshot', paging: 'envelope'},
  key: ['termsId'],
  stamp: 'lastModifiedDateTime',
  groups: ['payables', 'receivables'],
  columns: [
    text('termsId', 'Code of the credit terms'),
    text('description', 'Description of the credit terms'),
    text('visibleTo', 'AL all, VE suppliers, CU customers or DS disabled'),
    text('dueDateType', 'How the due date is found: N number of days, D day of next month, E end of the month …'),
    text('moveDueDateIfOnTheWeekend', '1 keeps the date, 2 moves it to Friday, 3 to Monday'),
    whole('dueDay1', 'First due day'),
    whole('dueDay1DayFrom1', 'First due day: from which day of the month'),
    whole('dueDay1DayTo1', 'First due day: until which day of the month'),
    whole('dueDay2', 'Second due day'),
    whole('dueDay2DayFrom1', 'Second due day: from which day of the month'),
    whole('dueDay2DayTo1', 'Second due day: until which day of the month'),
    text('discountType', 'How the cash discount date is found: N number of days, D day of next month …'),
    whole('discountDay', 'Day of the cash discount'),
    amount('discountPercent', 'Cash discount, in percent'),
    whole('delayDays', 'Days of delay'),
    text('calculationType', 'G gross amount or N net amount'),
    text('instalmentType', 'S simple or M multiple'),
    whole('numberOfInstalments', 'Number of instalments'),
    text('instalmentFrequency', 'W weekly, M monthly or B semi-monthly'),
    text('instalmentMethod', 'E equal parts, A all tax in the first instalment, or S split by percents'),
    time('createdDateTime', 'When the credit terms were created'),
  ],
  arrays: [
    {
      property: 'instalmentsSchedule',
      name: 'instalments_schedule',
      comment: 'Instalments of credit terms',
      columns: [
        whole('days', 'Days after the date of the document'),
        amount('percent', 'Share of the amount, in percent'),
      ],
    },
  ],
});
