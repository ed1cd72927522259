"""The root help as `make golden` rendered it, so that --help need not load the command line library."""

TEXT = """\
用法：sanwu [选项] 命令 ...

  三无乡镇(街道)、三无村(居)建设工作的表格工具箱：读各部门台账，算三无状态，排
  进驻值班表，写公文初稿。

命令：
  init        新建工作区，或者带虚构样例的演示工作区
  sheet       认得的表式、字段和表头，生成空白表
  check       检查部门报来的表格，不写入台账
  incidents   三项指标台账：导入、查询、更正、撤销、导出
  records     其余各种表格：导入、查询、更正、撤回、导出
  places      查地名，把认可的写法加进区划登记表
  roster      排进驻值班表（附件3），定下来公布
  attendance  进驻考勤：签到对照值班表，登记提醒和反馈
  grassroots  综治中心、两所、网格、矛盾纠纷：建了什么，缺什么
  score       判定村和乡镇的三无状态，逐条说明理由
  assess      按本单位的考核细则逐项计分，说明每一分的来历
  due         方案要求的事项：逾期的、待办的、已办的
  report      生成通报、通知等公文初稿
  month-end   月末一次办完：导入、判定、排班、出文
  plan        实施方案逐条要求，以及各由哪里落实
  backup      备份台账、登记表和设置，列出备份
  restore     用备份恢复台账、登记表和设置
  completion  让命令行补全命令、选项和值
  schema      各种 JSON 输出的格式约定（JSON Schema）
  doctor      检查这台机器缺什么，怎么补

选项：
  -V, --version  显示版本

通用选项：
  -w, --workspace 目录     工作区；不写则从当前目录向上找（环境变量
                           SANWU_WORKSPACE）
  --format table|json|csv  结果的格式，默认 table
  --as-of 日期             以哪一天为准，如 2026-06-30；核算默认到期末
  -q, --quiet              只报错误
  -v, --verbose            多说一些；-vv 连同内部细节
  --encoding 编码          CSV 的编码：utf-8、utf-8-sig、gb18030；不写时存成文
                           件的带 BOM，给管道的不带
  --raw                    CSV 照原样，像公式的格子前不加撇号
  --no-color               不用颜色（环境变量 NO_COLOR）
  -h, --help               显示这份说明

示例：
  sanwu init 演示 --demo
  sanwu -w 演示 check
  sanwu -w 演示 incidents import 演示/inbox
  sanwu -w 演示 score year --year 2026
  sanwu -w 演示 month-end 2026-06

  退出状态：0 完成且无问题；1 完成，有错误级问题；2 命令行或配置有误；3 部分文
  件读不了；65 台账损坏；66 缺工作区或文件；70 程序出错；74 磁盘问题；75 被占
  用，稍后再试；77 被安全检查拦下；130 中断；141 管道关闭。

每个命令的说明：sanwu 命令 --help
"""
