"""The words for what can be wrong with a number, a cell or a line of a roster."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

IDENTITY: dict[str, str | Promise] = {
    "people.id_missing": _("This kind of document needs its number. Without one, choose “no document”."),
    "people.id_none_with_number": _("It says “no document”, but there is a number. Choose the kind of the document."),
    "people.id_rounded": _(
        "The spreadsheet program turned the last digits of this number into zeros or into a power of ten. "
        "Format the column as text and type the number again from the document."
    ),
    "people.id_masked": _("Parts of the number are hidden by asterisks. Enter it in full."),
    "people.id_letters": _("A letter that looks like a digit was read as that digit (O as 0, I as 1)."),
    "people.id_old": _("This is a number of the first generation with 15 digits. Enter the 18 digits of today’s card."),
    "people.id_length": _("The number has %(length)s characters; an identity number has 18."),
    "people.id_taiwan": _("Eight digits were taken as a travel permit for Taiwan. Compare with the document."),
    "people.id_signs": _("An identity number has 18 digits; only the last may be an X."),
    "people.id_check_digit": _("The check digit does not fit: at least one digit is mistyped. Compare with the card."),
    "people.id_date": _("There is no such birthday as the one in the number. Compare with the card."),
    "people.id_future": _("The birthday in the number lies in the future. Compare with the card."),
    "people.id_order": _("The three digits before the check digit are 000, which is never given out."),
    "people.id_other_sex": _("Number and sex contradict each other (the digit before the last: odd is male)."),
    "people.id_other_birthday": _("Number and birthday contradict each other; the birthday in the number is taken."),
    "people.id_area": _(
        "The first six digits are no county known here. That happens with new counties; compare with the card."
    ),
    "people.id_age": _("By the birthday this person is %(age)s years old. Please check."),
    "people.id_form_resident": _("An identity number has 18 digits; only the last may be an X."),
    "people.id_form_hkmt_residence": _(
        "The residence permit has 18 digits and begins with 810000 (Hong Kong), 820000 (Macao) or 830000 (Taiwan)."
    ),
    "people.id_form_foreign_residence": _(
        "The foreign permanent resident card has 18 digits that begin with 9, or, before 2023, 3 letters and 12 digits."
    ),
    "people.id_form_hkm_pass": _("The travel permit for Hong Kong and Macao is H or M and 8 or 10 digits."),
    "people.id_form_taiwan_pass": _("The travel permit for Taiwan has 8 digits (10 and a letter on old ones)."),
    "people.id_form_passport": _("A passport number has 5 to 17 letters and digits."),
    "people.id_form_birth": _("The number of a birth certificate is a letter and 9 digits."),
    "people.id_form_student_number": _("A national student number is G, J or L and 18 digits."),
    "people.id_form_provisional": _("A provisional number is 999, the 10 digits of the school code and 5 digits."),
    "people.id_form_other": _("This number has 4 to 40 characters. Enter it in full as on the document."),
    "people.id_provisional_school": _("Digits 4 to 13 of a provisional number are the school code; this is none."),
    "people.student_number_lg": _("Student numbers begin with G, J or L, never with LG. Remove the wrong letter."),
    "people.student_number_letter": _(
        "The letter in front is missing: a national student number begins with G, J or L."
    ),
    "people.student_number_length": _(
        "The student number has %(length)s characters; it must be a letter and 18 digits."
    ),
    "people.student_number_check": _("The check digit of the student number does not fit: a digit is mistyped."),
    "people.phone_rounded": _(
        "The spreadsheet program turned this number into a power of ten. Format the column as text and type it again."
    ),
    "people.phone_masked": _("Parts of the telephone number are hidden by asterisks. Enter it in full."),
    "people.phone_signs": _("A telephone number has digits, blanks and hyphens only."),
    "people.phone_length": _("The telephone number has %(length)s digits; a mobile number has 11."),
    "people.phone_wrong": _(
        "There is no such telephone number. Mobile numbers have 11 digits, landlines an area code."
    ),
    "people.phone_unknown": _("This range of numbers is not known here yet. Please check the number."),
    "people.phone_area_code": _("A landline without its area code can be called from the same city only. Add it."),
    "people.phone_short": _("This looks like an internal or service number. Please check."),
    "people.phone_zero": _("The zero in front of the area code was lost and has been added again."),
    "people.phone_several": _("The cell holds more than one number; only the first is taken."),
    "people.phone_words": _("Beside the number stand words; only the number is taken."),
    "people.phone_extension": _("The extension is left out; the number itself is taken."),
}

LINES: dict[str, str | Promise] = {
    "people.cell_too_long": _("At most %(most)s characters."),
    "people.cell_name_signs": _("A name has no digits, asterisks or question marks. Enter it in full."),
    "people.cell_name_note": _("What stands in brackets behind the name was left out."),
    "people.cell_name_private": _(
        "A character of this name is one that other computers show differently or not at all. Type it again if you can."
    ),
    "people.cell_month": _("Only a month is given. The birthday was left out; the identity number tells it."),
    "people.cell_sex": _("Write 男 or 女 (or 1, 2)."),
    "people.cell_document": _("This kind of document is not known. Use one of the words of the template."),
    "people.cell_lodging": _("Write 走读 or 住校. The cell was left out."),
    "people.cell_belonging": _(
        "This kind of person is not known; the one chosen for the whole file is taken. The template has the words."
    ),
    "people.cell_relation": _("This relation is not known; the person is taken as a guardian."),
    "people.cell_nationality": _("This country is not known; the cell was left out."),
    "people.cell_day": _("Write a day as 2005-03-07 or 20050307."),
    "people.cell_day_range": _("This day lies in the future or before 1900."),
    "people.row_name_missing": _("The name is missing."),
    "people.row_class_missing": _("The class is missing. Add a column 班级, or upload the list at the class."),
    "people.row_class_unknown": _("There is no class of this name in this school."),
    "people.row_class_close": _("There is no class of this name in this school. Close to it: %(close)s."),
    "people.row_class_several": _("Several units of this school are called so. Write the code of the unit instead."),
    "people.row_department_unknown": _(
        "There is no unit of this name in this school; the person stands where the file was uploaded."
    ),
    "people.row_gone": _(
        "By this list the person has left. Take the line out; if they are still here, correct the state."
    ),
    "people.row_away": _("The list says this person is away. Enter the leave of absence on their page afterwards."),
    "people.row_class_outside": _("You may not import into this class. Ask the keeper of the roster above."),
    "people.row_class_kind": _("Pupils belong to a class; this is none."),
    "people.row_other_school": _("This line is of another school."),
    "people.row_number_twice": _("This number stands in the file twice (sheet %(sheet)s, line %(line)s)."),
    "people.row_school_number_twice": _(
        "This number of the school stands in the file twice (sheet %(sheet)s, line %(line)s)."
    ),
    "people.row_number_taken": _("Somebody of another name is registered with this number. Compare with the document."),
    "people.row_elsewhere": _(
        "A pupil of another school as of today. Joining here makes a second enrolment; that school is told of it."
    ),
    "people.row_other_name": _("The roster has another name for this number. The name will be changed."),
    "people.row_number_replaced": _("The roster has another number for this person. The number will be replaced."),
    "people.row_school_number_taken": _("Somebody of another name has this number of the school."),
    "people.row_maybe_same": _(
        "Somebody of this name is here already. If it is the same person, add number or birthday."
    ),
    "people.row_changed_meanwhile": _(
        "This person was changed by hand after the file was checked. Nothing was taken over; check the file again."
    ),
    "people.row_refused": _("Meanwhile somebody else was entered with this number. Check the file again."),
    "people.file_no_columns": _("No column of names was found. Choose below which column is what."),
    "people.file_side_by_side": _(
        "Several people stand side by side in one line. Put all names in one column, one below the other. "
        "If the second name is a parent’s, head its column 家长姓名."
    ),
    "people.file_no_people": _("There is nobody in this file: below the headings all lines are blank."),
    "people.file_not_open": _("This file was taken over or dropped already."),
    "people.file_not_checked": _("This file is still being checked. Wait until it is done."),
    "people.file_nothing": _("There is nothing to take over."),
    "people.first_day_far": _("The first day may lie at most a year back or ahead."),
    "people.unit_no_roster": _("A roster belongs to a school, a campus, a department or a class."),
}
